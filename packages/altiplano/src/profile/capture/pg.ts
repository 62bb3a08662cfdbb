import type { QueryEntry } from '../query-entry.ts';
import { startQuery } from '../scope.ts';
import { state, swallow } from '../state.ts';
import { kindOf, transactionStep } from '../statement-kind.ts';
import { bound } from './bound.ts';
import { connectionOf, takeWait } from './connection.ts';
import { before, type Method, type Methods, methodsOf, replace } from './patch.ts';
import { patchPgPool } from './pg-pool.ts';

/** An answer under way as pg keeps it: a Query, or what somebody else made that can be submitted. */
interface Submitted extends Methods {
  text?: unknown;
  values?: unknown;
  callback?: unknown;
}

const entries = new WeakMap<object, QueryEntry>();

/**
 * Has every query of this copy of pg noted, whoever asks for it. Only `Client.prototype.query` is patched, which the pool goes through as well;
 * of the pool, how long it was waited for. What is on top of libpq (`pg.native`) has the same shape; it reads all rows before it tells of the first.
 */
export function patchPg(pg: unknown): void {
  const { Client, Pool, Query } = pg as { Client?: unknown; Pool?: unknown; Query?: unknown };
  const client = methodsOf(Client);
  if (client !== null) replace(client, 'query', profiledQuery);
  const query = methodsOf(Query);
  if (query !== null) {
    before(query, 'submit', noteSent);
    before(query, 'handleRowDescription', noteArrival);
    // With `query_timeout` the callback that was wrapped is never called, only this.
    before(query, 'handleError', noteError);
  }
  patchPgPool(Pool);
}

/** The client of `pg.native`, which nobody has loaded before it is asked for. */
export function patchPgNative(exported: unknown): void {
  const { Query } = (exported ?? {}) as { Query?: unknown };
  patchPg({ Client: exported, Query });
}

function profiledQuery(original: Method): Method {
  return function query(this: Methods, ...given: unknown[]): unknown {
    if (state.active === 0 || state.quiet > 0) return original.apply(this, given);
    const entry = begin(this, given);
    const result = original.apply(this, withBoundCallback(given));
    if (entry !== null) attach(this, entry, given[0]);
    return result;
  };
}

function begin(client: Methods, given: readonly unknown[]): QueryEntry | null {
  try {
    const text = textOf(given[0]);
    if (text === null) return null;
    const connection = connectionOf(client);
    const step = kindOf(text) === 'transaction' ? transactionStep(text) : null;
    if (step === 'begins') connection.transaction ??= ++state.transactions;
    const entry = startQuery({ driver: 'pg', text, values: valuesOf(given), connection, wait: takeWait(client) });
    if (step === 'ends') connection.transaction = null;
    return entry;
  } catch (error) {
    swallow(error);
    return null;
  }
}

/** Callbacks are called by the socket, in the request that opened it: they are taken back to the one that asked. */
function withBoundCallback(given: readonly unknown[]): unknown[] {
  return given.map((value, index) => (index > 0 && typeof value === 'function' ? bound(value as Method) : value));
}

function textOf(config: unknown): string | null {
  if (typeof config === 'string') return config;
  if (typeof config !== 'object' || config === null) return null;
  const { text, cursor, name } = config as { text?: unknown; cursor?: { text?: unknown }; name?: unknown };
  for (const said of [text, cursor?.text, name]) if (typeof said === 'string') return said;
  return null;
}

function valuesOf([config, values]: readonly unknown[]): readonly unknown[] | null {
  if (Array.isArray(values)) return values;
  if (typeof config !== 'object' || config === null) return null;
  const { values: own, cursor } = config as { values?: unknown; cursor?: { values?: unknown } };
  for (const said of [own, cursor?.values]) if (Array.isArray(said)) return said;
  return null;
}

function attach(client: Methods, entry: QueryEntry, config: unknown): void {
  try {
    if (typeof config === 'object' && config !== null && typeof (config as Submitted).submit === 'function') {
      attachToForeign(config as Submitted, entry);
      return;
    }
    const found = submittedOf(client, entry);
    if (found === null) {
      entry.fails(null);
      return;
    }
    entries.set(found.submitted, entry);
    const { callback } = found.submitted;
    if (typeof callback !== 'function') return;
    found.submitted.callback = function settled(this: unknown, error: unknown, result: unknown): unknown {
      settle(entry, error, result);
      return callback.call(this, error, result);
    };
  } catch (error) {
    swallow(error);
  }
}

/**
 * pg makes the Query and keeps it to itself: it is the last of those that wait, or of those sent, or the one that is answered. A client that refuses
 * has none. Versions before 8.17 have the names without underscore.
 */
function submittedOf(client: Methods, entry: QueryEntry): { readonly submitted: Submitted } | null {
  const fields = client as Readonly<Record<string, unknown>>;
  for (const name of ['_queryQueue', '_sentQueryQueue', '_activeQuery', 'queryQueue', 'activeQuery']) {
    if (!Object.hasOwn(client, name)) continue;
    const field = fields[name];
    const last: unknown = Array.isArray(field) ? field.at(-1) : field;
    if (typeof last !== 'object' || last === null || entries.has(last)) continue;
    const { text, name: prepared } = last as Submitted & { name?: unknown };
    if (text === undefined || entry.isOf(text) || entry.isOf(prepared)) return { submitted: last as Submitted };
  }
  return null;
}

/** Cursors, streams, copies: over when the connection is ready for another query, whatever the program does between reads. */
function attachToForeign(submitted: Submitted, entry: QueryEntry): void {
  entries.set(submitted, entry);
  before(submitted, 'submit', noteSent);
  before(submitted, 'handleRowDescription', noteArrival);
  const rows = rowsOf(submitted);
  before(submitted, 'handleReadyForQuery', () => entry.ends({ rows: rows() }));
  before(submitted, 'handleError', (error) => entry.fails(error));
}

/**
 * What came one by one; of copies and writes, what the server says at the end (of a cursor that is only its last portion). By hand, as rows may be
 * millions: 5 ns each.
 */
function rowsOf(submitted: Submitted): () => number | null {
  let counted = 0;
  let said: number | null = null;
  const { handleDataRow } = submitted;
  if (typeof handleDataRow === 'function') {
    submitted.handleDataRow = function counting(this: unknown, message: unknown): unknown {
      counted += 1;
      return handleDataRow.call(this, message);
    };
  }
  before(submitted, 'handleCommandComplete', ({ text }: { readonly text?: unknown }) => {
    const number = /\d+$/.exec(String(text))?.[0];
    said = number === undefined ? said : Number(number);
  });
  return () => (counted > 0 ? counted : said);
}

function noteSent(this: unknown): void {
  if (state.active > 0) entries.get(this as object)?.sent();
}

function noteArrival(this: unknown): void {
  if (state.active > 0) entries.get(this as object)?.arrives();
}

function noteError(this: unknown, error: unknown): void {
  entries.get(this as object)?.fails(error);
}

interface Result {
  readonly rowCount?: number | null;
  readonly rows?: readonly unknown[];
  readonly fields?: readonly { readonly name: string }[];
}

function settle(entry: QueryEntry, error: unknown, result: unknown): void {
  try {
    if (error) {
      entry.fails(error);
      return;
    }
    const results = (Array.isArray(result) ? result : [result]) as (Result | undefined)[];
    const last = results.at(-1);
    const rows = results.reduce((sum, one) => sum + (one?.rowCount ?? 0), 0);
    const isArrays = Array.isArray(last?.rows?.[0]);
    const columns = isArrays ? (last?.fields?.map(({ name }) => name) ?? null) : null;
    entry.ends({ rows, data: last?.rows ?? null, columns });
  } catch (failure) {
    swallow(failure);
  }
}
