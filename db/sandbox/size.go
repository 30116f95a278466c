package sandbox

import (
	"database/sql/driver"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
)

// size is what changes of a table without its definition changing.
type size struct {
	rows int64
	next driver.Value // the next AUTO_INCREMENT number, or NULL
}

// sizeOf counts a table's rows as the session sees them; a table that has just
// gone is empty.
func (se *session) sizeOf(t *catalog.Table) size {
	var s size
	_ = se.tables.Read(se.ctx, func(c *engine.Conn) error {
		n, err := rowCount(c, t.Physical)
		if err != nil {
			return err
		}
		s.rows = n
		if _, ok := t.AutoColumn(); !ok {
			return nil
		}
		found, err := c.Query("SELECT seq FROM sqlite_sequence WHERE name = ?", t.Physical)
		if err != nil {
			return err
		}
		s.next = int64(1)
		if len(found) > 0 {
			if last, ok := found[0][0].(int64); ok {
				s.next = last + 1
			}
		}
		return nil
	})
	return s
}
