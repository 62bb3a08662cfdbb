/** Words that cannot name a column or table unquoted; `call` and `user_id` can. */
const RESERVED = new Set(
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing primary references returning select session_user some symmetric table then to trailing true union unique user using variadic when where window with'.split(
    ' ',
  ),
);

/** Words that can name a column unquoted, but no parameter of a function and no function. */
const COLUMNS_ONLY = new Set(
  'between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int integer interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action national nchar none normalize nullif numeric out overlay position precision real row setof smallint substring time timestamp treat trim varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'.split(
    ' ',
  ),
);

/** A name as SQL: bare where it can be, quoted where it must be. */
export function name(identifier: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(identifier) && !RESERVED.has(identifier) && !COLUMNS_ONLY.has(identifier)
    ? identifier
    : `"${identifier.replaceAll('"', '""')}"`;
}

/** A constant of a declaration; never a value of a request. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function indent(text: string, by = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

export function list(items: readonly string[]): string {
  return items.join(', ');
}

/** `where a and b`, one condition a line. */
export function where(conditions: readonly string[]): string {
  return `where ${conditions.join('\n  and ')}`;
}

/** A common table that writes: it runs once, to the end, without being told. */
export function writingTable(label: string, query: string): string {
  return `${label} as (\n${indent(query)}\n)`;
}

export function commonTable(label: string, query: string): string {
  return `${label} as materialized (\n${indent(query)}\n)`;
}
