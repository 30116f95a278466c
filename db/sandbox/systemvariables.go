package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// systemVariable is one of MySQL's variables. Those that only the server sets
// are readOnly; those without a session value are global.
type systemVariable struct {
	value    string
	number   bool // shown and read as a number
	readOnly bool
	global   bool
}

// systemVariables are the variables that clients ask for or set, with
// MySQL 8.4's defaults. Those that differ between servers are filled in by
// Server.systemValue.
// https://dev.mysql.com/doc/refman/8.4/en/server-system-variable-reference.html
var systemVariables = sync.OnceValue(func() map[string]systemVariable { return parseVariables(variableTable) })

// variableTable has a variable a line: its name, its value (- is none), and
// what else is said of it.
const variableTable = `
auto_increment_increment 1 number
auto_increment_offset 1 number
autocommit ON
basedir /usr/ readonly global
character_set_client utf8mb4
character_set_connection utf8mb4
character_set_database utf8mb4
character_set_filesystem binary
character_set_results utf8mb4
character_set_server utf8mb4
character_set_system utf8mb3 readonly global
collation_connection utf8mb4_0900_ai_ci
collation_database utf8mb4_0900_ai_ci
collation_server utf8mb4_0900_ai_ci
connect_timeout 10 number global
default_storage_engine InnoDB
div_precision_increment 4 number readonly
event_scheduler ON global
explicit_defaults_for_timestamp ON
foreign_key_checks ON
general_log OFF global
group_concat_max_len 1024 number
hostname ip-10-0-0-10 readonly global
identity 0 number
init_connect - global
innodb_buffer_pool_size 134217728 number global
innodb_lock_wait_timeout 50 number
innodb_version - readonly global
interactive_timeout 28800 number
last_insert_id 0 number
lc_messages en_US
lc_time_names en_US
license GPL readonly global
local_infile OFF global
lock_wait_timeout 31536000 number
log_bin OFF readonly global
long_query_time 10.000000
lower_case_table_names 0 number readonly global
max_allowed_packet 67108864 number
max_connections 151 number global
max_execution_time 0 number
net_buffer_length 16384 number
net_read_timeout 30 number
net_write_timeout 60 number
performance_schema OFF readonly global
port 3306 number readonly global
protocol_version 10 number readonly global
pseudo_thread_id 0 number
query_cache_size 0 number global
read_only OFF global
require_secure_transport OFF global
secure_file_priv /secure_file_priv_dir/ readonly global
server_id 1 number global
server_uuid - readonly global
session_track_gtids OFF
session_track_schema ON
session_track_system_variables time_zone,autocommit,character_set_client,character_set_results,character_set_connection
skip_name_resolve ON readonly global
socket /tmp/mysql.sock readonly global
sql_auto_is_null OFF
sql_big_selects ON
sql_log_bin ON
sql_mode ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION
sql_notes ON
sql_quote_show_create ON
sql_safe_updates OFF
sql_select_limit 18446744073709551615 number
sql_warnings OFF
storage_engine InnoDB
super_read_only OFF global
system_time_zone UTC readonly global
time_zone SYSTEM
timestamp 0
tls_version TLSv1.2,TLSv1.3 global
transaction_isolation READ-COMMITTED
transaction_read_only OFF
tx_isolation READ-COMMITTED
tx_read_only OFF
unique_checks ON
version - readonly global
version_comment - readonly global
version_compile_machine x86_64 readonly global
version_compile_os Linux readonly global
wait_timeout 28800 number
warning_count 0 number readonly
error_count 0 number readonly
`

func parseVariables(table string) map[string]systemVariable {
	all := map[string]systemVariable{}
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		v := systemVariable{
			value:    fields[1],
			number:   slices.Contains(fields[2:], "number"),
			readOnly: slices.Contains(fields[2:], "readonly"),
			global:   slices.Contains(fields[2:], "global"),
		}
		if v.value == "-" {
			v.value = ""
		}
		all[fields[0]] = v
	}
	return all
}

// only57 are the variables that MySQL 8 removed.
var only57 = map[string]bool{"tx_isolation": true, "tx_read_only": true, "query_cache_size": true, "storage_engine": true}

// systemValue is a variable's global value.
func (s *Server) systemValue(name string) (string, bool) {
	v, ok := systemVariables()[name]
	if !ok || only57[name] && !s.is57() {
		return "", false
	}
	switch name {
	case "version", "innodb_version":
		return s.version, true
	case "version_comment":
		return "keyturn sandbox", true
	case "server_uuid":
		return s.uuid, true
	case "port":
		return strconv.Itoa(s.port()), true
	}
	return v.value, true
}
