package sandbox

import (
	"database/sql/driver"

	"keyturn/db/sandbox/engine"
)

// systemTables are the tables of the server's own that clients and their
// libraries read. A column is an int, a text or a datetime.
// https://dev.mysql.com/doc/refman/8.4/en/information-schema.html
func systemTables() []systemTable {
	const schema, performance = "information_schema", "performance_schema"
	return []systemTable{
		newSystemTable(schema, "SCHEMATA", `CATALOG_NAME text SCHEMA_NAME text DEFAULT_CHARACTER_SET_NAME text
			DEFAULT_COLLATION_NAME text SQL_PATH text DEFAULT_ENCRYPTION text`, schemataRows),
		newSystemTable(schema, "TABLES", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text TABLE_TYPE text ENGINE text
			VERSION int ROW_FORMAT text TABLE_ROWS int AVG_ROW_LENGTH int DATA_LENGTH int MAX_DATA_LENGTH int
			INDEX_LENGTH int DATA_FREE int AUTO_INCREMENT int CREATE_TIME datetime UPDATE_TIME datetime
			CHECK_TIME datetime TABLE_COLLATION text CHECKSUM int CREATE_OPTIONS text TABLE_COMMENT text`, tableRows),
		newSystemTable(schema, "COLUMNS", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text COLUMN_NAME text
			ORDINAL_POSITION int COLUMN_DEFAULT text IS_NULLABLE text DATA_TYPE text CHARACTER_MAXIMUM_LENGTH int
			CHARACTER_OCTET_LENGTH int NUMERIC_PRECISION int NUMERIC_SCALE int DATETIME_PRECISION int
			CHARACTER_SET_NAME text COLLATION_NAME text COLUMN_TYPE text COLUMN_KEY text EXTRA text PRIVILEGES text
			COLUMN_COMMENT text GENERATION_EXPRESSION text SRS_ID int`, columnRows),
		newSystemTable(schema, "STATISTICS", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text NON_UNIQUE int
			INDEX_SCHEMA text INDEX_NAME text SEQ_IN_INDEX int COLUMN_NAME text COLLATION text CARDINALITY int
			SUB_PART int PACKED text NULLABLE text INDEX_TYPE text COMMENT text INDEX_COMMENT text IS_VISIBLE text
			EXPRESSION text`, statisticsRows),
		newSystemTable(schema, "KEY_COLUMN_USAGE", `CONSTRAINT_CATALOG text CONSTRAINT_SCHEMA text CONSTRAINT_NAME text
			TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text COLUMN_NAME text ORDINAL_POSITION int
			POSITION_IN_UNIQUE_CONSTRAINT int REFERENCED_TABLE_SCHEMA text REFERENCED_TABLE_NAME text
			REFERENCED_COLUMN_NAME text`, keyColumnRows),
		newSystemTable(schema, "TABLE_CONSTRAINTS", `CONSTRAINT_CATALOG text CONSTRAINT_SCHEMA text CONSTRAINT_NAME text
			TABLE_SCHEMA text TABLE_NAME text CONSTRAINT_TYPE text ENFORCED text`, constraintRows),
		newSystemTable(schema, "REFERENTIAL_CONSTRAINTS", `CONSTRAINT_CATALOG text CONSTRAINT_SCHEMA text
			CONSTRAINT_NAME text UNIQUE_CONSTRAINT_CATALOG text UNIQUE_CONSTRAINT_SCHEMA text UNIQUE_CONSTRAINT_NAME text
			MATCH_OPTION text UPDATE_RULE text DELETE_RULE text TABLE_NAME text REFERENCED_TABLE_NAME text`, referentialRows),
		newSystemTable(schema, "PROCESSLIST", `ID int USER text HOST text DB text COMMAND text TIME int STATE text
			INFO text`, processRows),
		newSystemTable(schema, "ENGINES", `ENGINE text SUPPORT text COMMENT text TRANSACTIONS text XA text SAVEPOINTS text`,
			always(row("InnoDB", "DEFAULT", "Supports transactions, row-level locking, and foreign keys", "YES", "YES", "YES"))),
		newSystemTable(schema, "CHARACTER_SETS", `CHARACTER_SET_NAME text DEFAULT_COLLATE_NAME text DESCRIPTION text MAXLEN int`,
			always(row("utf8mb4", "utf8mb4_0900_ai_ci", "UTF-8 Unicode", int64(4)))),
		newSystemTable(schema, "COLLATIONS", `COLLATION_NAME text CHARACTER_SET_NAME text ID int IS_DEFAULT text
			IS_COMPILED text SORTLEN int PAD_ATTRIBUTE text`, collationRows),
		newSystemTable(schema, "PLUGINS", `PLUGIN_NAME text PLUGIN_STATUS text PLUGIN_TYPE text PLUGIN_LIBRARY text
			PLUGIN_LICENSE text`, always(
			row("caching_sha2_password", "ACTIVE", "AUTHENTICATION", nil, "GPL"),
			row("mysql_native_password", "ACTIVE", "AUTHENTICATION", nil, "GPL"),
			row("sha256_password", "ACTIVE", "AUTHENTICATION", nil, "GPL"))),
		newSystemTable(schema, "VIEWS", `TABLE_CATALOG text TABLE_SCHEMA text TABLE_NAME text VIEW_DEFINITION text`, always()),
		newSystemTable(schema, "ROUTINES", `ROUTINE_CATALOG text ROUTINE_SCHEMA text ROUTINE_NAME text ROUTINE_TYPE text
			DATA_TYPE text DTD_IDENTIFIER text ROUTINE_COMMENT text`, always()),
		newSystemTable(schema, "TRIGGERS", `TRIGGER_CATALOG text TRIGGER_SCHEMA text TRIGGER_NAME text
			EVENT_MANIPULATION text EVENT_OBJECT_SCHEMA text EVENT_OBJECT_TABLE text ACTION_STATEMENT text
			ACTION_TIMING text`, always()),
		newSystemTable(schema, "EVENTS", `EVENT_CATALOG text EVENT_SCHEMA text EVENT_NAME text`, always()),
		newSystemTable(performance, "session_status", variableColumns, statusRows),
		newSystemTable(performance, "session_variables", variableColumns,
			func(se *session) [][]driver.Value { return variableRows(se.systemValue) }),
		newSystemTable(performance, "global_variables", variableColumns,
			func(se *session) [][]driver.Value { return variableRows(se.server.systemValue) }),
		newSystemTable("mysql", "user", `Host text User text Select_priv text
			Insert_priv text Update_priv text Delete_priv text Create_priv text Drop_priv text Reload_priv text
			Process_priv text Grant_priv text Super_priv text Create_user_priv text ssl_type text ssl_cipher text
			x509_issuer text x509_subject text plugin text authentication_string text password_expired text
			account_locked text`, userRows),
	}
}

const variableColumns = "VARIABLE_NAME text VARIABLE_VALUE text"

// always are the rows of a table that never changes.
func always(rows ...[]driver.Value) func(*session) [][]driver.Value {
	return func(*session) [][]driver.Value { return rows }
}

func row(values ...driver.Value) []driver.Value { return values }

// collationRows are the collations that the server compares texts by.
func collationRows(*session) [][]driver.Value {
	var rows [][]driver.Value
	for _, c := range engine.Collations() {
		isDefault, padding := "", "NO PAD"
		if c.Name == engine.Collation {
			isDefault = "Yes"
		}
		if c.PadSpace {
			padding = "PAD SPACE"
		}
		rows = append(rows, row(c.Name, "utf8mb4", c.ID, isDefault, "Yes", int64(0), padding))
	}
	return rows
}
