package wire

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// timeFormat is how the XML protocols write a timestamp.
const timeFormat = "2006-01-02T15:04:05.000Z"

// parseScalar parses text into a scalar of an SDK input.
func parseScalar(v reflect.Value, text string) error {
	if v.Type() == timeType {
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return err
		}
		v.Set(reflect.ValueOf(t))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is not a boolean", text)
		}
		v.SetBool(text == "true")
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return err
		}
		v.SetInt(n)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil {
			return err
		}
		v.SetFloat(f)
	case reflect.Slice: // a blob: shapes and bindings let no other slice through
		blob, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		v.SetBytes(blob)
	default:
		return fmt.Errorf("%s is not a scalar", v.Type())
	}
	return nil
}

// formatScalar is the inverse of parseScalar.
func formatScalar(v reflect.Value) string {
	if t, ok := v.Interface().(time.Time); ok {
		return t.UTC().Format(timeFormat)
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Slice:
		return base64.StdEncoding.EncodeToString(v.Bytes())
	default:
		return v.String()
	}
}
