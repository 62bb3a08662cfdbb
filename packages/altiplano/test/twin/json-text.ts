/**
 * JSON text put together from texts that PostgreSQL printed, because a number that went through JavaScript might come
 * back in other digits.
 */
export function jsonObject(members: readonly (readonly [key: string, text: string])[]): string {
  return `{${members.map(([key, text]) => `"${key}":${text}`).join(',')}}`;
}

export function jsonArray(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

/** An SQL expression for the JSON text of a column. */
export function jsonOf(column: string): string {
  return `coalesce(to_json(${column})::text, 'null')`;
}

/** An SQL expression for a time as the contract writes it, without quotes. */
export function timeOf(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

export function jsonTimeOf(column: string): string {
  return jsonOf(timeOf(column));
}
