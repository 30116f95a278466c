package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// Define reads CREATE TABLE's columns and keys into a definition, and checks
// it as MySQL does. Texts have the database's collation unless it names another.
func Define(n *ast.CreateTableStmt, db, collation string) (*Table, error) {
	switch {
	case n.TemporaryKeyword != ast.TemporaryNone:
		return nil, mysqlerr.Beyond("CREATE TEMPORARY TABLE")
	case n.Select != nil:
		return nil, mysqlerr.Beyond("CREATE TABLE ... SELECT")
	case n.Partition != nil:
		return nil, mysqlerr.Beyond("PARTITION BY")
	}
	t := &Table{DB: db, Name: n.Table.Name.O, Collation: collation}
	for _, o := range n.Options {
		switch o.Tp {
		case ast.TableOptionComment:
			t.Comment = o.StrValue
		case ast.TableOptionCharset:
			t.Collation = DefaultCollation
			if err := CheckCharset(o.StrValue, ""); err != nil {
				return nil, err
			}
		case ast.TableOptionCollate:
			t.Collation = o.StrValue
			if err := CheckCharset("", o.StrValue); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range n.Cols {
		if err := t.AddColumn(d); err != nil {
			return nil, err
		}
	}
	for _, c := range n.Constraints {
		if err := t.AddConstraint(c); err != nil {
			return nil, err
		}
	}
	if len(t.Columns) == 0 {
		return nil, mysql.NewError(mysql.ER_TABLE_MUST_HAVE_COLUMNS, "A table must have at least 1 column")
	}
	return t, t.Validate()
}

// AddColumn appends a column.
func (t *Table) AddColumn(d *ast.ColumnDef) error {
	if t.index(d.Name.Name.O) >= 0 {
		return mysqlerr.New(mysql.ER_DUP_FIELDNAME, d.Name.Name.O)
	}
	c, err := t.column(d)
	if err != nil {
		return err
	}
	t.Columns = append(slices.Clone(t.Columns), c)
	return nil
}

// column reads a column's type and options; keys among them go to the table.
func (t *Table) column(d *ast.ColumnDef) (Column, error) {
	c := Column{Name: d.Name.Name.O, Type: d.Tp.Clone()}
	completeType(&c)
	if what := beyondType(c.Type); what != "" {
		return c, mysqlerr.Beyond(what)
	}
	if IsText(c.Type) {
		if err := CheckCharset(c.Type.GetCharset(), c.Type.GetCollate()); err != nil {
			return c, err
		}
		c.Type.SetCollate(cmp.Or(c.Type.GetCollate(), t.Collation))
	}
	for _, o := range d.Options {
		switch o.Tp {
		case ast.ColumnOptionNotNull:
			c.NotNull = true
		case ast.ColumnOptionNull:
			c.NotNull = false
		case ast.ColumnOptionAutoIncrement:
			c.AutoIncrement, c.NotNull = true, true
		case ast.ColumnOptionPrimaryKey:
			c.NotNull = true
			if err := t.addKey(Key{Name: Primary, Unique: true, Columns: []string{c.Name}}); err != nil {
				return c, err
			}
		case ast.ColumnOptionUniqKey:
			if err := t.addKey(Key{Unique: true, Columns: []string{c.Name}}); err != nil {
				return c, err
			}
		case ast.ColumnOptionDefaultValue:
			if err := c.setDefault(o.Expr); err != nil {
				return c, err
			}
		case ast.ColumnOptionOnUpdate:
			c.OnUpdateNow = true
		case ast.ColumnOptionComment:
			if v, ok := o.Expr.(ast.ValueExpr); ok {
				c.Comment = v.GetString()
			}
		case ast.ColumnOptionCollate:
			if err := CheckCharset("", o.StrValue); err != nil {
				return c, err
			}
			c.Type.SetCollate(o.StrValue)
		case ast.ColumnOptionCheck:
			return c, mysqlerr.Beyond("CHECK")
		case ast.ColumnOptionGenerated:
			return c, mysqlerr.Beyond("GENERATED ALWAYS AS")
		case ast.ColumnOptionFulltext:
			return c, mysqlerr.Beyond("FULLTEXT")
		}
	}
	return c, nil
}

// CheckCharset refuses a character set or a collation by which this server
// cannot keep texts. Either may be empty.
func CheckCharset(charset, collation string) error {
	switch {
	case charset != "" && !strings.EqualFold(charset, "utf8mb4"):
		return mysqlerr.Beyond("CHARACTER SET " + charset)
	case collation != "" && !engine.HasCollation(collation):
		return mysqlerr.Beyond("COLLATE " + collation)
	}
	return nil
}

// ExactDigits is how many digits of a DECIMAL are kept exactly: they are stored
// as floats.
const ExactDigits = 15

// beyondType names a type that this server does not keep; "" is one that it
// keeps.
func beyondType(t *types.FieldType) string {
	name := strings.ToUpper(DataType(t))
	switch t.GetType() {
	case pm.TypeNewDecimal:
		if t.GetFlen() > ExactDigits {
			return fmt.Sprintf("DECIMAL of more than %d digits", ExactDigits)
		}
	case pm.TypeDuration:
		if t.GetDecimal() > 0 {
			return "TIME with fractions of a second"
		}
	case pm.TypeFloat, pm.TypeDouble, pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong,
		pm.TypeVarchar, pm.TypeVarString, pm.TypeString, pm.TypeTinyBlob, pm.TypeBlob, pm.TypeMediumBlob,
		pm.TypeLongBlob, pm.TypeEnum, pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp:
	default:
		return name
	}
	if pm.HasZerofillFlag(t.GetFlag()) {
		return "ZEROFILL"
	}
	return ""
}

// completeType gives a type the length that MySQL takes where none is given.
func completeType(c *Column) {
	length, decimals := pm.GetDefaultFieldLengthAndDecimal(c.Type.GetType())
	if c.Type.GetFlen() < 0 {
		c.Type.SetFlen(length)
	}
	if c.Type.GetDecimal() < 0 && c.Type.GetType() == pm.TypeNewDecimal {
		c.Type.SetDecimal(max(decimals, 0))
	}
}

// AddConstraint adds a key, a foreign key or a check.
func (t *Table) AddConstraint(c *ast.Constraint) error {
	switch c.Tp {
	case ast.ConstraintForeignKey:
		return t.addForeignKey(c)
	case ast.ConstraintCheck:
		return mysqlerr.Beyond("CHECK")
	}
	names, err := t.keyColumns(c.Keys)
	if err != nil {
		return err
	}
	switch c.Tp {
	case ast.ConstraintPrimaryKey:
		for _, name := range names {
			if i := t.index(name); i >= 0 {
				t.Columns[i].NotNull = true
			}
		}
		return t.addKey(Key{Name: Primary, Unique: true, Columns: names})
	case ast.ConstraintKey, ast.ConstraintIndex:
		return t.addKey(Key{Name: c.Name, Columns: names})
	case ast.ConstraintUniq, ast.ConstraintUniqKey, ast.ConstraintUniqIndex:
		return t.addKey(Key{Name: c.Name, Unique: true, Columns: names})
	}
	return mysqlerr.Beyond("this kind of key")
}

// AddIndex is CREATE INDEX.
func (t *Table) AddIndex(n *ast.CreateIndexStmt) error {
	if n.KeyType != ast.IndexKeyTypeNone && n.KeyType != ast.IndexKeyTypeUnique {
		return mysqlerr.Beyond("FULLTEXT and SPATIAL indexes")
	}
	names, err := t.keyColumns(n.IndexPartSpecifications)
	if err != nil {
		return err
	}
	return t.addKey(Key{Name: n.IndexName, Unique: n.KeyType == ast.IndexKeyTypeUnique, Columns: names})
}

func (t *Table) keyColumns(parts []*ast.IndexPartSpecification) ([]string, error) {
	var names []string
	for _, p := range parts {
		if p.Column == nil {
			return nil, mysqlerr.Beyond("an index on an expression")
		}
		names = append(names, p.Column.Name.O)
	}
	return names, nil
}

func (t *Table) addKey(k Key) error {
	if k.Name == "" {
		k.Name = t.freeKeyName(k.Columns[0])
	}
	for _, other := range t.Keys {
		if strings.EqualFold(other.Name, k.Name) {
			if k.Name == Primary {
				return mysql.NewError(mysql.ER_MULTIPLE_PRI_KEY, "Multiple primary key defined")
			}
			return mysqlerr.New(mysql.ER_DUP_KEYNAME, k.Name)
		}
	}
	if k.Name == Primary {
		t.Keys = append([]Key{k}, t.Keys...)
	} else {
		t.Keys = append(t.Keys, k)
	}
	return nil
}

// freeKeyName is a name for a key that has none: its first column's, with a
// number if that is taken.
func (t *Table) freeKeyName(column string) string {
	taken := map[string]bool{}
	for _, k := range t.Keys {
		taken[strings.ToLower(k.Name)] = true
	}
	name := column
	for i := 2; taken[strings.ToLower(name)]; i++ {
		name = fmt.Sprintf("%s_%d", column, i)
	}
	return name
}
