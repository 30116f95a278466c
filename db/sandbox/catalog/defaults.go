package catalog

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/format"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
)

// setDefault reads DEFAULT: a literal, NULL, the current time or an expression.
func (c *Column) setDefault(e ast.ExprNode) error {
	c.HasDefault = true
	if call, ok := e.(*ast.FuncCallExpr); ok && call.FnName.L == "current_timestamp" {
		c.Default, c.DefaultIsExpr = "CURRENT_TIMESTAMP", true
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
	text, err := restored(e)
	c.Default, c.DefaultIsExpr = text, true
	return err
}

// restored is an expression as MySQL writes it.
func restored(e ast.ExprNode) (string, error) {
	var b strings.Builder
	const flags = format.DefaultRestoreFlags | format.RestoreStringWithoutCharset
	if err := e.Restore(format.NewRestoreCtx(flags, &b)); err != nil {
		return "", fmt.Errorf("write an expression: %w", err)
	}
	return b.String(), nil
}

// Quote puts a name in backticks.
func Quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = Quote(name)
	}
	return strings.Join(quoted, ",")
}

// QuoteText puts a text in single quotes.
func QuoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
