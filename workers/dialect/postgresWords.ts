const words = (text: string): string[] => text.trim().split(/\s+/);

/** Key words of PostgreSQL 18 that are not free to be a bare name everywhere (all but pg_get_keywords' `U`). */
export const postgresKeywords: ReadonlySet<string> = new Set(
  words(`
  all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
  cast char character check coalesce collate collation column concurrently constraint create cross current_catalog
  current_date current_role current_schema current_time current_timestamp current_user dec decimal default
  deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
  greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join
  json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
  json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national
  natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
  placing position precision primary real references returning right row select session_user setof similar
  smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true
  union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat
  xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
`)
);

/** Functions that people call, out of pg_proc of PostgreSQL 18; for completion. */
export const postgresFunctions: readonly string[] = words(`
  abs acos acosd acosh age any_value area array_agg array_append array_dims array_fill array_length array_lower
  array_ndims array_position array_positions array_prepend array_remove array_replace array_reverse array_sample
  array_shuffle array_to_json array_to_string array_to_tsvector array_upper asin asind asinh atan atan2 atan2d atand
  atanh avg bit bit_and bit_count bit_length bit_or bit_xor bool_and bool_or cardinality casefold cast cbrt ceil
  ceiling center char_length character_length clock_timestamp coalesce col_description concat concat_ws corr cos cosd
  cosh cot cotd count covar_pop covar_samp cume_dist current_database current_date current_query current_schema
  current_schemas current_setting current_time current_timestamp current_user currval date_add date_bin date_part
  date_subtract date_trunc datemultirange daterange degrees dense_rank diameter div enum_first enum_last enum_range
  every exp extract factorial first_value floor format format_type gcd gen_random_uuid generate_series
  generate_subscripts get_bit get_byte get_current_ts_config greatest height inet_merge initcap is_normalized isempty
  isfinite json_agg json_array_elements json_array_elements_text json_array_length json_build_array json_build_object
  json_each json_each_text json_extract_path json_extract_path_text json_object json_object_agg json_object_keys
  json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_to_tsvector
  json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
  jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
  jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
  jsonb_path_query_first jsonb_populate_record jsonb_populate_record_valid jsonb_populate_recordset jsonb_pretty
  jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof
  justify_days justify_hours justify_interval lag last_value lastval lcm lead least left length like ln log log10
  lower lower_inc lower_inf lpad ltrim make_date make_interval make_time make_timestamp make_timestamptz max md5 min
  min_scale mod mode multirange nextval normalize now nth_value ntile nullif num_nonnulls num_nulls nummultirange
  numrange obj_description octet_length overlaps overlay parse_ident percent_rank percentile_cont percentile_disc
  pg_advisory_lock pg_advisory_unlock pg_backend_pid pg_column_size pg_database_size pg_get_constraintdef pg_get_expr
  pg_get_functiondef pg_get_indexdef pg_get_serial_sequence pg_get_triggerdef pg_get_viewdef pg_indexes_size
  pg_input_is_valid pg_relation_size pg_size_bytes pg_size_pretty pg_sleep pg_table_size pg_total_relation_size
  pg_typeof phraseto_tsquery pi plainto_tsquery position pow power quote_ident quote_literal quote_nullable radians
  radius random random_normal range_agg range_intersect_agg range_merge rank regexp_count regexp_instr regexp_like
  regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat replace
  reverse right round row_number row_to_json rpad rtrim scale set_bit set_byte set_config setseed setval setweight
  sha224 sha256 sha384 sha512 sign sin sind sinh split_part sqrt statement_timestamp stddev stddev_pop stddev_samp
  string_agg string_to_array string_to_table strip strpos substr substring sum tan tand tanh timestamp timezone
  to_ascii to_char to_json to_jsonb to_tsquery to_tsvector transaction_timestamp translate trim_array trim_scale trunc
  ts_debug ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank ts_rank_cd ts_rewrite tsmultirange tsrange
  tstzmultirange tstzrange unistr unnest upper upper_inc upper_inf uuid_extract_version uuidv4 uuidv7 var_pop var_samp
  variance version websearch_to_tsquery width width_bucket xml_is_well_formed xml_is_well_formed_content
  xml_is_well_formed_document xmlagg xmlcomment xmlexists xmltext xpath xpath_exists
`);

/** Types that people declare. */
export const postgresTypes: readonly string[] = [
  ...words(`
  bigint bigserial bit boolean box bytea cidr circle citext date daterange hstore inet int4range int8range integer
  interval json jsonb jsonpath line lseg ltree macaddr macaddr8 money numeric numrange oid path pg_lsn point polygon
  real regclass smallint smallserial serial text time timestamp timestamptz timetz tsquery tsrange tstzrange tsvector
  uuid varbit varchar xml char
`),
  'double precision',
  'character varying',
  'timestamp with time zone',
  'timestamp without time zone'
];
