package translate

import "github.com/pingcap/tidb/pkg/parser/ast"

// Each calls visit with a node and all that is below it, but for what is below
// a node at which visit returns false.
func Each(n ast.Node, visit func(ast.Node) (deeper bool)) { n.Accept(visitor(visit)) }

type visitor func(ast.Node) bool

func (v visitor) Enter(n ast.Node) (ast.Node, bool) { return n, !v(n) }

func (v visitor) Leave(n ast.Node) (ast.Node, bool) { return n, true }
