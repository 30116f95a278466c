package sandbox

import (
	"database/sql/driver"
	"time"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
)

// informationSchema are the views that clients and their libraries read.
func informationSchema() []systemTable {
	const db = "information_schema"
	return []systemTable{
		newSystemTable(db, "SCHEMATA", `CATALOG_NAME text SCHEMA_NAME text DEFAULT_CHARACTER_SET_NAME text
			DEFAULT_COLLATION_NAME text SQL_PATH text DEFAULT_ENCRYPTION text`, schemataRows),
		newSystemTable(db, "TABLES", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text TABLE_TYPE text ENGINE text
			VERSION int ROW_FORMAT text TABLE_ROWS int AVG_ROW_LENGTH int DATA_LENGTH int MAX_DATA_LENGTH int
			INDEX_LENGTH int DATA_FREE int AUTO_INCREMENT int CREATE_TIME datetime UPDATE_TIME datetime
			CHECK_TIME datetime TABLE_COLLATION text CHECKSUM int CREATE_OPTIONS text TABLE_COMMENT text`, tableRows),
		newSystemTable(db, "COLUMNS", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text COLUMN_NAME text
			ORDINAL_POSITION int COLUMN_DEFAULT text IS_NULLABLE text DATA_TYPE text CHARACTER_MAXIMUM_LENGTH int
			CHARACTER_OCTET_LENGTH int NUMERIC_PRECISION int NUMERIC_SCALE int DATETIME_PRECISION int
			CHARACTER_SET_NAME text COLLATION_NAME text COLUMN_TYPE text COLUMN_KEY text EXTRA text PRIVILEGES text
			COLUMN_COMMENT text GENERATION_EXPRESSION text SRS_ID int`, columnRows),
		newSystemTable(db, "STATISTICS", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text NON_UNIQUE int
			INDEX_SCHEMA text INDEX_NAME text SEQ_IN_INDEX int COLUMN_NAME text COLLATION text CARDINALITY int
			SUB_PART int PACKED text NULLABLE text INDEX_TYPE text COMMENT text INDEX_COMMENT text IS_VISIBLE text
			EXPRESSION text`, statisticsRows),
		newSystemTable(db, "KEY_COLUMN_USAGE", `CONSTRAINT_CATALOG text CONSTRAINT_SCHEMA text CONSTRAINT_NAME text
			TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text COLUMN_NAME text ORDINAL_POSITION int
			POSITION_IN_UNIQUE_CONSTRAINT int REFERENCED_TABLE_SCHEMA text REFERENCED_TABLE_NAME text
			REFERENCED_COLUMN_NAME text`, keyColumnRows),
		newSystemTable(db, "TABLE_CONSTRAINTS", `CONSTRAINT_CATALOG text CONSTRAINT_SCHEMA text CONSTRAINT_NAME text
			TABLE_SCHEMA text TABLE_NAME text CONSTRAINT_TYPE text ENFORCED text`, constraintRows),
		newSystemTable(db, "REFERENTIAL_CONSTRAINTS", `CONSTRAINT_CATALOG text CONSTRAINT_SCHEMA text
			CONSTRAINT_NAME text UNIQUE_CONSTRAINT_CATALOG text UNIQUE_CONSTRAINT_SCHEMA text UNIQUE_CONSTRAINT_NAME text
			MATCH_OPTION text UPDATE_RULE text DELETE_RULE text TABLE_NAME text REFERENCED_TABLE_NAME text`, referentialRows),
		newSystemTable(db, "PROCESSLIST", `ID int USER text HOST text DB text COMMAND text TIME int STATE text
			INFO text`, (*session).processes),
		newSystemTable(db, "ENGINES", `ENGINE text SUPPORT text COMMENT text TRANSACTIONS text XA text SAVEPOINTS text`,
			func(*session) [][]driver.Value {
				return [][]driver.Value{row("InnoDB", "DEFAULT", "Supports transactions, row-level locking, and foreign keys", "YES", "YES", "YES")}
			}),
		newSystemTable(db, "VIEWS", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text VIEW_DEFINITION text`, noRows),
		newSystemTable(db, "ROUTINES", `ROUTINE_CATALOG text ROUTINE_SCHEMA text ROUTINE_NAME text ROUTINE_TYPE text
			DATA_TYPE text DTD_IDENTIFIER text ROUTINE_COMMENT text`, noRows),
		newSystemTable(db, "TRIGGERS", `TRIGGER_CATALOG text TRIGGER_SCHEMA text TRIGGER_NAME text
			EVENT_MANIPULATION text EVENT_OBJECT_SCHEMA text EVENT_OBJECT_TABLE text ACTION_STATEMENT text
			ACTION_TIMING text`, noRows),
		newSystemTable(db, "EVENTS", `EVENT_CATALOG text EVENT_SCHEMA text EVENT_NAME text`, noRows),
	}
}

func noRows(*session) [][]driver.Value { return nil }

func schemataRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, db := range se.visibleDatabases() {
		charset, collation := se.server.catalog.Charset(db)
		rows = append(rows, row("def", db, charset, collation, nil, "NO"))
	}
	return rows
}

// everyTable are all tables that the session's account has something on.
func (se *session) everyTable() []*catalog.Table {
	var tables []*catalog.Table
	for _, db := range se.server.catalog.Databases() {
		tables = append(tables, se.visibleTables(db)...)
	}
	return tables
}

func tableRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, t := range se.everyTable() {
		size := se.sizeOf(t)
		rows = append(rows, row("def", t.DB, t.Name, "BASE TABLE", "InnoDB", int64(10), "Dynamic", size.rows, int64(0),
			int64(16384), int64(0), int64(0), int64(0), size.next, t.Created.Format(time.DateTime), nil, nil, t.Collation,
			nil, "", t.Comment))
	}
	for _, t := range systemTables() {
		if t.db == "information_schema" {
			rows = append(rows, row("def", t.db, t.name, "SYSTEM VIEW", nil, int64(10), nil, int64(0), int64(0), int64(0),
				int64(0), int64(0), int64(0), nil, se.server.started.UTC().Format(time.DateTime), nil, nil, nil, nil, "", ""))
		}
	}
	return rows
}

func columnRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, t := range se.everyTable() {
		for i, c := range t.Columns {
			nullable := "YES"
			if c.NotNull {
				nullable = "NO"
			}
			var charset driver.Value
			if catalog.IsText(c.Type) {
				charset = "utf8mb4"
			}
			characters, octets := textLength(c.Type)
			precision, scale, fraction := precisionOf(c.Type)
			rows = append(rows, row("def", t.DB, t.Name, c.Name, int64(i+1), defaultOf(c), nullable,
				catalog.DataType(c.Type), characters, octets, precision, scale, fraction, charset, collationOf(t, c),
				catalog.TypeText(c.Type), t.KeyOf(c.Name), extraOf(c), "select,insert,update,references", c.Comment, "", nil))
		}
	}
	return rows
}

// textLength is how much text fits, in characters and in bytes; NULL for
// columns that hold none.
func textLength(t *types.FieldType) (characters, octets driver.Value) {
	switch t.GetType() {
	case pm.TypeVarchar, pm.TypeVarString, pm.TypeString:
		if t.GetCharset() == "binary" {
			return int64(t.GetFlen()), int64(t.GetFlen())
		}
		return int64(t.GetFlen()), int64(t.GetFlen()) * 4
	case pm.TypeTinyBlob:
		return int64(255), int64(255)
	case pm.TypeBlob:
		return int64(65535), int64(65535)
	case pm.TypeMediumBlob:
		return int64(1<<24 - 1), int64(1<<24 - 1)
	case pm.TypeLongBlob:
		return int64(1<<32 - 1), int64(1<<32 - 1)
	}
	return nil, nil
}

// digits of the integer types. https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html
var digits = map[byte]int64{pm.TypeTiny: 3, pm.TypeShort: 5, pm.TypeInt24: 7, pm.TypeLong: 10, pm.TypeLonglong: 19}

func precisionOf(t *types.FieldType) (precision, scale, fraction driver.Value) {
	switch t.GetType() {
	case pm.TypeNewDecimal:
		return int64(t.GetFlen()), int64(max(t.GetDecimal(), 0)), nil
	case pm.TypeFloat:
		return int64(12), nil, nil
	case pm.TypeDouble:
		return int64(22), nil, nil
	case pm.TypeDatetime, pm.TypeTimestamp, pm.TypeDuration:
		return nil, nil, int64(max(t.GetDecimal(), 0))
	}
	if n, ok := digits[t.GetType()]; ok {
		if t.GetType() == pm.TypeLonglong && pm.HasUnsignedFlag(t.GetFlag()) {
			n++
		}
		return n, int64(0), nil
	}
	return nil, nil, nil
}
