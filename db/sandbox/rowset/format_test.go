package rowset

import (
	"database/sql/driver"
	"testing"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"
)

func TestValuesAreShownAsTheirColumnsType(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		value driver.Value
		kind  *types.FieldType
		want  string
	}{
		"an integer":                        {int64(-9223372036854775808), Int, "-9223372036854775808"},
		"a DECIMAL keeps its digits":        {2.5, Decimal(8, 2), "2.50"},
		"a DECIMAL that is whole":           {int64(7), Decimal(8, 2), "7.00"},
		"a DECIMAL without digits":          {int64(7), Decimal(8, 0), "7"},
		"a negative DECIMAL":                {-0.5, Decimal(8, 1), "-0.5"},
		"a DECIMAL that was kept as text":   {"1.5", Decimal(8, 3), "1.500"},
		"a DOUBLE":                          {0.1, Double, "0.1"},
		"a DOUBLE that is whole":            {float64(3), Double, "3"},
		"a large DOUBLE":                    {1e20, Double, "1e20"},
		"a small DOUBLE":                    {1.5e-20, Double, "1.5e-20"},
		"a FLOAT has six digits":            {1.23456789, newType(pm.TypeFloat, 12, 31), "1.23457"},
		"a large FLOAT":                     {float64(12345678), newType(pm.TypeFloat, 12, 31), "12345700"},
		"a huge FLOAT":                      {1e20, newType(pm.TypeFloat, 12, 31), "1e20"},
		"text":                              {"é€", Text, "é€"},
		"an empty text":                     {"", Text, ""},
		"bytes":                             {[]byte{0, 255}, Blob, "\x00\xff"},
		"a date where times are":            {"2026-01-02", Datetime, "2026-01-02 00:00:00"},
		"a time where only dates are":       {"2026-01-02 03:04:05", Date, "2026-01-02"},
		"the result of a sum is an integer": {float64(12), Int, "12"},
		"an average keeps its four digits":  {2.0 / 3, Decimal(41, 4), "0.6667"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(Format(tt.value, tt.kind)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNullIsNoValue(t *testing.T) {
	t.Parallel()
	for _, kind := range []*types.FieldType{Int, Double, Text, Blob, Datetime, Decimal(8, 2), Null} {
		if got := Format(nil, kind); got != nil {
			t.Errorf("NULL of type %d is %q", kind.GetType(), got)
		}
	}
}
