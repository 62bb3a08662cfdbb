import { type Described, describe } from '../fingerprint/fingerprint.ts';
import type { QueryRecord, Recording } from '../recording.ts';
import { shapeTest } from './shape-test.ts';

/** A query with what its text says. */
export interface Statement extends Described {
  readonly query: QueryRecord;
  /** Equal for equal values, whether they are parameters or written into the text. */
  readonly values: string;
  /** Its rows come back or its changes stay; not so in a transaction that was rolled back, as before another try. */
  readonly counts: boolean;
  /** Settings in force where it ran, which may be a tenant's: the same text then asks for something else. */
  readonly context: string;
}

/** Statements of a recording in the order they were asked for, without transactions, settings, cursors and the catalogs of PostgreSQL. */
export function statementsOf(recording: Recording): readonly Statement[] {
  const lost = lostTransactions(recording.queries);
  const contexts = contextsOf(recording.queries);
  return recording.queries
    .filter(({ kind }) => kind !== 'transaction' && kind !== 'setting' && kind !== 'cursor')
    .map((query) => statementOf(query, lost, contexts))
    .filter(({ shape }) => !readsCatalogs(shape));
}

/** What drivers and ORMs read for themselves: types, columns, versions. */
const readsCatalogs = shapeTest(/\b(?:pg_catalog|information_schema)"?\.|\b(?:from|join) "?pg_/);

function statementOf(query: QueryRecord, lost: ReadonlySet<number>, contexts: ReadonlyMap<number, string>): Statement {
  const described = describe(query.text);
  return {
    ...described,
    query,
    values: askedWith(query),
    counts: query.error === null && !(query.transaction !== null && lost.has(query.transaction)),
    context: contexts.get(query.ordinal) ?? '',
  };
}

function askedWith({ text, parametersHash, literalsHash }: QueryRecord): string {
  // The hashes first: of long texts V8 compares what is of one length, and sees at once where these differ.
  return [parametersHash ?? '', literalsHash ?? '', text].join('\u0000');
}

function lostTransactions(queries: readonly QueryRecord[]): ReadonlySet<number> {
  const lost = new Set<number>();
  for (const { transaction, kind, error, text } of queries) {
    if (transaction === null) continue;
    const rolledBack = kind === 'transaction' && /^\s*rollback\b(?!\s+(?:work\s+|transaction\s+)?to\b)/i.test(text);
    // An error within a savepoint ends no transaction; the duplicates that this hides are few.
    if (error !== null || rolledBack) lost.add(transaction);
  }
  return lost;
}

/** By ordinal; settings within a transaction end with it. */
function contextsOf(queries: readonly QueryRecord[]): ReadonlyMap<number, string> {
  const contexts = new Map<number, string>();
  const inForce = new Map<string, Map<string, string>>();
  for (const query of queries) {
    const { ordinal, kind, text, connection, transaction } = query;
    const key = `${connection} ${transaction}`;
    const settings = inForce.get(key) ?? new Map<string, string>();
    inForce.set(key, settings);
    if (kind === 'setting') settings.set(describe(text).fingerprint, askedWith(query));
    else if (settings.size > 0) contexts.set(ordinal, [...settings.values()].sort().join('\n'));
  }
  return contexts;
}

export function askedAt({ query }: Statement): number {
  return query.asked ?? query.ordinal;
}

export function endedAt({ query }: Statement): number {
  return query.decoded ?? query.answered ?? query.ordinal;
}

/** Time in the database and for reading its rows, without waiting for a connection; 0 where it was not measured. */
export function tookOf({ query }: Statement): number {
  const from = query.acquired ?? query.asked;
  const to = query.decoded ?? query.answered;
  return from === null || to === null ? 0 : Math.max(0, to - from);
}

/** Of statements that overlap, the time is counted once. */
export function unitedTime(statements: readonly Statement[]): number {
  const intervals = statements
    .map((statement) => ({ from: askedAt(statement), to: Math.max(askedAt(statement), endedAt(statement)) }))
    .sort((a, b) => a.from - b.from);
  let time = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of intervals) {
    time += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return statements.some(({ query }) => query.asked === null) ? 0 : time;
}
