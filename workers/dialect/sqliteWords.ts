const words = (text: string): string[] => text.trim().split(/\s+/);

/** SQLite's key words (https://sqlite.org/lang_keywords.html). Some may be bare names; quoting them harms nothing. */
export const sqliteKeywords: ReadonlySet<string> = new Set(
  words(`
  abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case
  cast check collate column commit conflict constraint create cross current current_date current_time
  current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape
  except exclude exclusive exists explain fail filter first following for foreign from full generated glob group
  groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key
  last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer
  over partition plan pragma preceding primary query raise range recursive references regexp reindex release rename
  replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to
  transaction trigger unbounded union unique update using vacuum values view virtual when where window with within
  without
`)
);

/** Built-in functions of SQLite 3.54 in its two builds here; for completion. */
export const sqliteFunctions: readonly string[] = words(`
  abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char coalesce concat concat_ws cos cosh count
  cume_dist date datetime degrees dense_rank exp first_value floor format glob group_concat hex highlight if ifnull iif instr
  json json_array json_array_insert json_array_length json_each json_error_position json_extract json_group_array
  json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set
  json_tree json_type json_valid jsonb jsonb_array jsonb_array_insert jsonb_extract jsonb_group_array
  jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag
  last_insert_rowid last_value lead length like likelihood likely ln log log10 log2 lower ltrim matchinfo max median
  min mod nth_value ntile nullif octet_length offsets percent_rank pi pow power printf quote radians random randomblob
  rank replace round row_number rtrim sign sin sinh snippet sqlite_version sqrt stdev strftime string_agg substr
  substring subtype sum tan tanh time timediff total total_changes trim trunc typeof unhex unicode unistr unistr_quote
  unixepoch unlikely upper variance zeroblob
`);

/** Types that people declare; those of STRICT tables first. */
export const sqliteTypes: readonly string[] = words(`
  integer real text blob any int numeric boolean date datetime timestamp varchar(255) char(1) decimal(10,2) double float
  bigint smallint json
`);
