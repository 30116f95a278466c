package catalog

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// setDefault reads DEFAULT: a literal, NULL or the current time.
func (c *Column) setDefault(e ast.ExprNode) error {
	c.HasDefault = true
	if call, ok := e.(*ast.FuncCallExpr); ok && call.FnName.L == "current_timestamp" {
		c.DefaultIsNow = true
		return nil
	}
	negative := ""
	if u, ok := e.(*ast.UnaryOperationExpr); ok {
		if _, isValue := u.V.(ast.ValueExpr); isValue {
			negative, e = strings.TrimSpace(u.Op.String()), u.V
			if negative == "minus" {
				negative = "-"
			}
		}
	}
	if v, ok := e.(ast.ValueExpr); ok {
		if v.GetValue() == nil {
			c.DefaultIsNull = true
			return nil
		}
		c.Default = negative + fmt.Sprint(v.GetValue())
		if scale := c.Type.GetDecimal(); c.Type.GetType() == pm.TypeNewDecimal && scale > 0 {
			if exact, ok := new(big.Rat).SetString(c.Default); ok {
				c.Default = exact.FloatString(scale)
			}
		}
		return nil
	}
	return mysqlerr.Beyond("DEFAULT (expression)")
}

// Now is CURRENT_TIMESTAMP, with as many decimals as the column keeps.
func (c Column) Now() string {
	if n := c.Type.GetDecimal(); n > 0 {
		return fmt.Sprintf("CURRENT_TIMESTAMP(%d)", n)
	}
	return "CURRENT_TIMESTAMP"
}

// Quote puts a name in backticks.
func Quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// QuoteAll is a list of names in backticks.
func QuoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = Quote(name)
	}
	return strings.Join(quoted, ",")
}
