package sandbox

import "github.com/pingcap/tidb/pkg/parser/ast"

// flushServer is FLUSH. There is nothing to flush, for accounts count at once;
// WITH READ LOCK takes the lock of LOCK TABLES.
func (se *session) flushServer(n *ast.FlushStmt) (*outcome, error) {
	if err := se.need("RELOAD"); err != nil {
		return nil, err
	}
	if n.ReadLock {
		return &outcome{}, se.tables.Hold(se.ctx, se.lockWait())
	}
	return &outcome{}, nil
}
