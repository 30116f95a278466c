package translate

import "strings"

// untranslated are functions of MySQL 8.4 that are answered as not supported
// and not as misspelt.
// https://dev.mysql.com/doc/refman/8.4/en/built-in-function-reference.html
const untranslated = ` acos addtime aes_decrypt aes_encrypt any_value ascii asin atan atan2 benchmark bin bin_to_uuid ` +
	`bit_count bit_length char char_func compress conv convert_tz cos cot crc32 dayname degrees elt exp export_set extract ` +
	`field find_in_set format format_bytes from_base64 from_days get_format get_lock gtid_subset gtid_subtract inet6_aton ` +
	`inet6_ntoa inet_aton inet_ntoa insert insert_func interval is_free_lock is_ipv4 is_ipv6 is_used_lock is_uuid json_array ` +
	`json_array_append json_array_insert json_contains json_contains_path json_depth json_extract json_insert json_keys ` +
	`json_length json_merge_patch json_merge_preserve json_object json_overlaps json_pretty json_quote json_remove ` +
	`json_replace json_schema_valid json_search json_set json_storage_size json_table json_type json_unquote json_valid ` +
	`json_value last_insert_id ln load_file localtimestamp log log10 log2 make_set makedate maketime microsecond monthname ` +
	`name_const oct ord period_add period_diff pi ps_current_thread_id quarter quote radians random_bytes regexp_instr ` +
	`regexp_like regexp_replace regexp_substr release_all_locks release_lock sec_to_time sin sleep soundex space st_astext ` +
	`st_geomfromtext statement_digest str_to_date strcmp subtime tan time_format time_to_sec timediff timestamp timestampadd ` +
	`to_base64 to_days to_seconds uncompress uuid_short uuid_to_bin validate_password_strength wait_for_executed_gtid_set ` +
	`week weekofyear weight_string yearweek `

func known(name string) bool { return strings.Contains(untranslated, " "+name+" ") }
