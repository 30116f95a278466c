// Package catalog remembers the databases and tables of a MySQL server as they
// were defined: what SQLite, which holds their rows, does not keep.
package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"keyturn/db/sandbox/engine"

	"github.com/pingcap/tidb/pkg/parser/types"
)

// Catalog is every database of one server. Tables are never changed in place:
// a change stores another Table, so that a reader's stays as it was.
type Catalog struct {
	mu        sync.RWMutex
	databases map[string]*database
	physical  map[[2]string]string // by database and table
	nextID    int
}

type database struct {
	collation string
	tables    map[string]*Table
}

// Table is one table's definition.
type Table struct {
	DB, Name    string
	Physical    string // the name under which SQLite keeps it
	Columns     []Column
	Keys        []Key // the primary key first
	ForeignKeys []ForeignKey
	Comment     string
	Collation   string
	Created     time.Time
}

// Column is one column's definition.
type Column struct {
	Name          string
	Type          *types.FieldType
	NotNull       bool
	HasDefault    bool
	Default       string // as SHOW CREATE TABLE writes its value, without quotes
	DefaultIsNow  bool   // CURRENT_TIMESTAMP
	DefaultIsNull bool
	AutoIncrement bool
	OnUpdateNow   bool
	Comment       string
}

// Key is an index. The primary key's name is PRIMARY.
type Key struct {
	Name    string
	Unique  bool
	Columns []string
}

// ForeignKey is a constraint on a table's rows by another's.
type ForeignKey struct {
	Name               string
	Columns            []string
	RefDB, RefTable    string
	RefColumns         []string
	OnDelete, OnUpdate string // "" is NO ACTION
}

// Primary is the name of a primary key.
const Primary = "PRIMARY"

// DefaultCollation is MySQL 8's.
const DefaultCollation = engine.Collation

// New makes an empty catalog.
func New() *Catalog {
	return &Catalog{databases: map[string]*database{}, physical: map[[2]string]string{}}
}

// CreateDatabase reports whether it made one that was not there.
func (c *Catalog) CreateDatabase(name, collation string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.databases[name]; ok {
		return false
	}
	c.databases[name] = &database{collation: collation, tables: map[string]*Table{}}
	return true
}

// DropDatabase forgets a database and its tables.
func (c *Catalog) DropDatabase(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.databases, name)
}

// HasDatabase reports whether there is a database of that name.
func (c *Catalog) HasDatabase(name string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, ok := c.databases[name]
	return ok
}

// Collation is a database's default collation.
func (c *Catalog) Collation(name string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if d, ok := c.databases[name]; ok {
		return d.collation
	}
	return DefaultCollation
}

// Databases lists the databases' names in order.
func (c *Catalog) Databases() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Sorted(maps.Keys(c.databases))
}

// Tables lists a database's tables in order of their names.
func (c *Catalog) Tables(db string) []*Table {
	c.mu.RLock()
	defer c.mu.RUnlock()
	d, ok := c.databases[db]
	if !ok {
		return nil
	}
	return slices.SortedFunc(maps.Values(d.tables), func(a, b *Table) int { return strings.Compare(a.Name, b.Name) })
}

// Table finds a table.
func (c *Catalog) Table(db, name string) (*Table, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	d, ok := c.databases[db]
	if !ok {
		return nil, false
	}
	t, ok := d.tables[name]
	return t, ok
}

// Put stores a table's definition in place of the one before it.
func (c *Catalog) Put(t *Table) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d, ok := c.databases[t.DB]; ok {
		d.tables[t.Name] = t
	}
}

// Remove forgets a table.
func (c *Catalog) Remove(db, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d, ok := c.databases[db]; ok {
		delete(d.tables, name)
	}
}

// Referencing lists the foreign keys of other tables that point to a table.
func (c *Catalog) Referencing(db, name string) []Reference {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var found []Reference
	for _, d := range c.databases {
		for _, t := range d.tables {
			for _, fk := range t.ForeignKeys {
				if fk.RefDB == db && fk.RefTable == name {
					found = append(found, Reference{Table: t, Key: fk})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b Reference) int { return strings.Compare(a.Key.Name, b.Key.Name) })
	return found
}

// Reference is a foreign key and the table that has it.
type Reference struct {
	Table *Table
	Key   ForeignKey
}

// Physical is the name under which SQLite keeps a table: the same one each time
// a table of that name is made, so that foreign keys find a parent that comes
// after them, or that was dropped and made again.
func (c *Catalog) Physical(db, name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]string{db, name}
	if c.physical[key] == "" {
		c.nextID++
		c.physical[key] = fmt.Sprintf("t%d", c.nextID)
	}
	return c.physical[key]
}

// NextID numbers what SQLite keeps, so that its names never clash.
func (c *Catalog) NextID() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nextID++
	return c.nextID
}
