package translate

import "strings"

// known are functions of MySQL 8.4 that are not translated, so that they are
// answered as not supported and not as misspelt.
// https://dev.mysql.com/doc/refman/8.4/en/built-in-function-reference.html
var known = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(`
		addtime aes_decrypt aes_encrypt any_value benchmark bit_count bit_length compress convert_tz export_set
		from_days get_format get_lock gtid_subset gtid_subtract inet_aton inet_ntoa inet6_aton inet6_ntoa interval
		is_free_lock is_ipv4 is_ipv6 is_used_lock is_uuid is_free_lock json_contains json_contains_path json_depth
		json_keys json_length json_merge_patch json_merge_preserve json_overlaps json_pretty json_schema_valid
		json_search json_storage_size json_table json_value last_insert_id load_file localtimestamp make_set makedate maketime
		master_pos_wait microsecond name_const ord period_add period_diff ps_current_thread_id quote random_bytes
		regexp_instr regexp_like regexp_replace regexp_substr release_all_locks release_lock sec_to_time sleep soundex
		st_astext st_geomfromtext statement_digest str_to_date subtime time_format time_to_sec timediff timestamp
		to_seconds uncompress uuid_short uuid_to_bin bin_to_uuid validate_password_strength wait_for_executed_gtid_set
		week weekofyear weight_string yearweek cot`) {
		names[name] = true
	}
	return names
}()
