import { kindOf } from '../statement-kind.ts';

/** One connection, of nobody else meanwhile; a client of `pg` is one. */
export interface Explains {
  query(query: {
    readonly text: string;
    readonly values?: readonly unknown[];
    /** One statement in one message: a second one behind a semicolon is an error, whatever the text says. */
    readonly queryMode?: 'extended';
  }): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

export interface ExplainOptions {
  readonly text: string;
  /** Needed to run it; for a plan alone the generic one does, and is what a prepared statement is served by. */
  readonly values?: readonly unknown[];
  /** Runs it, and only then is known how many rows there really were. Off unless told otherwise. */
  readonly analyze?: boolean;
  /** Becomes whoever asked: role and tenant, for this transaction only (`set local`). Row security changes plans. */
  readonly enter?: () => Promise<void>;
}

/** A plan that takes longer waits for a lock; a query that does is stopped. */
const LIMITS = ['set local statement_timeout = 5000', 'set local lock_timeout = 200'];
const GENERIC = 'set local plan_cache_mode = force_generic_plan';
const NAME = 'altiplano_explained';

/**
 * How the database runs a query, as EXPLAIN (FORMAT JSON): in a read-only transaction that is rolled back, stopped after 5 s. Only what reads is
 * explained, one statement at a time; null for anything else.
 * @throws what the database says, once the transaction is over
 */
export async function explainQuery(client: Explains, options: ExplainOptions): Promise<unknown> {
  const { text, values, analyze = false, enter = async () => {} } = options;
  if (kindOf(text) !== 'read' || (analyze && values === undefined && /\$\d/.test(text))) return null;
  const one = (statement: string) => client.query({ text: statement, queryMode: 'extended' });
  await one('begin read only');
  try {
    for (const limit of LIMITS) await one(limit);
    if (values === undefined) await one(GENERIC);
    await enter();
    await one(`prepare ${NAME} as ${text}`);
    const how = analyze ? 'analyze, buffers, verbose, format json' : 'verbose, format json';
    const { rows } = await one(`explain (${how}) execute ${NAME}${parametersOf(text, values)}`);
    return rows[0]?.['QUERY PLAN'] ?? null;
  } finally {
    await one('rollback');
    // A prepared statement outlives its transaction, unless that never made it.
    await one(`deallocate ${NAME}`).catch(() => {});
  }
}

/** EXECUTE takes literals only. A `$1` inside a string makes one too many, which the database refuses. */
function parametersOf(text: string, values: readonly unknown[] | undefined): string {
  const most = Math.max(0, ...[...text.matchAll(/\$(\d{1,5})/g)].map(([, number]) => Number(number)));
  if (most === 0) return '';
  const list = Array.from({ length: most }, (_, index) => (values === undefined ? 'null' : literal(values[index])));
  return `(${list.join(', ')})`;
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return `E'${printed(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function printed(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const element = (value: unknown): string =>
  value === null || value === undefined
    ? 'null'
    : Array.isArray(value)
      ? printed(value)
      : `"${printed(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
