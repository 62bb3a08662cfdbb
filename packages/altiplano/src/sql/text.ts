/** Words that cannot name a column or table unquoted; `call` and `user_id` can. */
const RESERVED = new Set(
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing primary references returning select session_user some symmetric table then to trailing true union unique user using variadic when where window with'.split(
    ' ',
  ),
);

/** A name as SQL: bare where it can be, quoted where it must be. */
export function name(identifier: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(identifier) && !RESERVED.has(identifier)
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
