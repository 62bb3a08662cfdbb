import pg from 'pg';

/** `2026-01-31 12:30:00.5+00`, as a session in UTC prints it → the contract's form. */
function readInstant(text: string): string {
  const [, date, time = '', fraction = ''] = /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text) ?? [];
  return date === undefined ? text : `${date}T${time}.${fraction.padEnd(6, '0')}Z`;
}

const asText = (text: string): string => text;
const {
  BOOL,
  INT2,
  INT4,
  INT8,
  FLOAT4,
  FLOAT8,
  NUMERIC,
  DATE,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  INTERVAL,
  JSON: DOCUMENT,
  JSONB,
} = pg.types.builtins;

const READERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [BOOL, (text) => text === 't'],
  ...[INT2, INT4, FLOAT4, FLOAT8].map((type) => [type, Number] as const),
  ...[INT8, NUMERIC, DATE, TIME, TIMESTAMP, INTERVAL].map((type) => [type, asText] as const),
  [TIMESTAMPTZ, readInstant],
  ...[DOCUMENT, JSONB].map((type) => [type, (text: string) => JSON.parse(text) as unknown] as const),
]);

/**
 * Rows of an app's own statements: what JavaScript would round (bigint, numeric, microseconds) comes as text, an instant in
 * ISO 8601 with six digits.
 */
export const readerOf = {
  getTypeParser(type: number, format?: 'text' | 'binary') {
    return READERS.get(type) ?? pg.types.getTypeParser(type, format as 'text');
  },
} as pg.CustomTypesConfig;
