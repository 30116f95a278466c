package sandbox

import "github.com/pingcap/tidb/pkg/parser/ast"

// form is a form of SHOW; full stands for FULL and for GLOBAL.
type form struct {
	tp   ast.ShowStmtType
	full bool
}

// shownQueries are the forms of SHOW that are SELECTs from the server's own
// tables, as they are in MySQL. Their parameters are the database and the table
// that the statement names.
var shownQueries = map[form]string{
	{tp: ast.ShowDatabases}: "SELECT SCHEMA_NAME AS `Database` FROM information_schema.SCHEMATA",
	{tp: ast.ShowTableStatus}: `SELECT TABLE_NAME AS Name, ENGINE AS Engine, VERSION AS Version, ROW_FORMAT AS Row_format,
		TABLE_ROWS AS "Rows", AVG_ROW_LENGTH AS Avg_row_length, DATA_LENGTH AS Data_length,
		MAX_DATA_LENGTH AS Max_data_length, INDEX_LENGTH AS Index_length, DATA_FREE AS Data_free,
		AUTO_INCREMENT AS Auto_increment, CREATE_TIME AS Create_time, UPDATE_TIME AS Update_time,
		CHECK_TIME AS Check_time, TABLE_COLLATION AS Collation, CHECKSUM AS Checksum,
		CREATE_OPTIONS AS Create_options, TABLE_COMMENT AS Comment
		FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?`,
	{tp: ast.ShowColumns}: `SELECT COLUMN_NAME AS Field, COLUMN_TYPE AS Type, IS_NULLABLE AS "Null", COLUMN_KEY AS "Key",
		COLUMN_DEFAULT AS "Default", EXTRA AS Extra
		FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`,
	{ast.ShowColumns, true}: `SELECT COLUMN_NAME AS Field, COLUMN_TYPE AS Type, COLLATION_NAME AS Collation,
		IS_NULLABLE AS "Null", COLUMN_KEY AS "Key", COLUMN_DEFAULT AS "Default", EXTRA AS Extra,
		PRIVILEGES AS Privileges, COLUMN_COMMENT AS Comment
		FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`,
	{tp: ast.ShowIndex}: `SELECT TABLE_NAME AS "Table", NON_UNIQUE AS Non_unique, INDEX_NAME AS Key_name,
		SEQ_IN_INDEX AS Seq_in_index, COLUMN_NAME AS Column_name, COLLATION AS Collation, CARDINALITY AS Cardinality,
		SUB_PART AS Sub_part, PACKED AS Packed, NULLABLE AS "Null", INDEX_TYPE AS Index_type, COMMENT AS Comment,
		INDEX_COMMENT AS Index_comment, IS_VISIBLE AS Visible, EXPRESSION AS Expression
		FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`,
	{tp: ast.ShowVariables}:   "SELECT VARIABLE_NAME AS Variable_name, VARIABLE_VALUE AS Value FROM performance_schema.session_variables",
	{ast.ShowVariables, true}: "SELECT VARIABLE_NAME AS Variable_name, VARIABLE_VALUE AS Value FROM performance_schema.global_variables",
	{tp: ast.ShowStatus}:      "SELECT VARIABLE_NAME AS Variable_name, VARIABLE_VALUE AS Value FROM performance_schema.session_status",
	{tp: ast.ShowProcessList}: "SELECT ID AS Id, USER AS User, HOST AS Host, DB AS db, COMMAND AS Command, TIME AS Time, STATE AS State, INFO AS Info FROM information_schema.PROCESSLIST",
	{tp: ast.ShowEngines}:     "SELECT ENGINE AS Engine, SUPPORT AS Support, COMMENT AS Comment, TRANSACTIONS AS Transactions, XA AS XA, SAVEPOINTS AS Savepoints FROM information_schema.ENGINES",
	{tp: ast.ShowCharset}:     `SELECT CHARACTER_SET_NAME AS Charset, DESCRIPTION AS Description, DEFAULT_COLLATE_NAME AS "Default collation", MAXLEN AS Maxlen FROM information_schema.CHARACTER_SETS`,
	{tp: ast.ShowCollation}:   `SELECT COLLATION_NAME AS Collation, CHARACTER_SET_NAME AS Charset, ID AS Id, IS_DEFAULT AS "Default", IS_COMPILED AS Compiled, SORTLEN AS Sortlen, PAD_ATTRIBUTE AS Pad_attribute FROM information_schema.COLLATIONS`,
	{tp: ast.ShowPlugins}:     "SELECT PLUGIN_NAME AS Name, PLUGIN_STATUS AS Status, PLUGIN_TYPE AS Type, PLUGIN_LIBRARY AS Library, PLUGIN_LICENSE AS License FROM information_schema.PLUGINS",
}

// neverShown are the columns of those forms of SHOW that list what this server
// never has.
var neverShown = map[ast.ShowStmtType][]string{
	ast.ShowTriggers: {
		"Trigger", "Event", "Table", "Statement", "Timing", "Created", "sql_mode", "Definer",
		"character_set_client", "collation_connection", "Database Collation",
	},
	ast.ShowProcedureStatus: routineTitles,
	ast.ShowFunctionStatus:  routineTitles,
	ast.ShowEvents: {
		"Db", "Name", "Definer", "Time zone", "Type", "Execute at", "Interval value", "Interval field", "Starts",
		"Ends", "Status", "Originator", "character_set_client", "collation_connection", "Database Collation",
	},
}

var routineTitles = []string{
	"Db", "Name", "Type", "Definer", "Modified", "Created", "Security_type", "Comment",
	"character_set_client", "collation_connection", "Database Collation",
}
