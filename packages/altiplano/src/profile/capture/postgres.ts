import { siteOfText } from '../call-site.ts';
import { busy, now } from '../clock.ts';
import type { QueryEntry, Wait } from '../query-entry.ts';
import type { CallSite } from '../recording.ts';
import { captureFor, startQuery } from '../scope.ts';
import { type Frame, state, swallow } from '../state.ts';
import { transactionStep } from '../statement-kind.ts';
import { connectionOf } from './connection.ts';
import { patchThen } from './lazy.ts';
import { type Method, type Methods, replace } from './patch.ts';

/** A Query of postgres (porsager), as its connections use it. */
interface Query extends Methods {
  readonly strings: readonly string[];
  readonly executed: boolean;
  readonly parameters?: readonly unknown[];
  readonly args: readonly unknown[];
  readonly state: unknown;
  readonly cursorFn?: unknown;
  readonly onlyDescribe?: unknown;
  resolve: (value: unknown) => unknown;
  reject: (error: unknown) => unknown;
}

interface Asked {
  readonly frame: Frame | undefined;
  readonly wait: Wait;
}

const asked = new WeakMap<object, Asked>();
const texts = new WeakMap<object, string>();
const sites = new WeakMap<object, CallSite | null>();

/**
 * Has every query of this copy of postgres noted: when it is asked for (`handle`), when a connection makes its text
 * (`string`), when it is settled. The class is not exported; a query that is never awaited is one of it and opens nothing.
 */
export function patchPostgres(exported: unknown): void {
  if (typeof exported !== 'function') return;
  const sql = exported({ max: 1 }) as (strings: TemplateStringsArray) => object;
  const methods = Object.getPrototypeOf(sql`select 1`) as Methods;
  if (!replace(methods, 'handle', profiledHandle)) return;
  patchThen(methods);
  Object.defineProperty(methods, 'string', {
    configurable: true,
    get(this: object) {
      return texts.get(this);
    },
    set(this: Query, text: string) {
      texts.set(this, text);
      if (state.active > 0) begin(this, text);
    },
  });
}

function profiledHandle(original: Method): Method {
  return function handle(this: Query, ...given: unknown[]): unknown {
    if (state.active > 0 && state.quiet === 0 && !this.executed) noteAsked(this, handle);
    return original.apply(this, given);
  };
}

function noteAsked(query: Query, below: Method): void {
  try {
    const [text] = query.strings;
    const captured = query.tagged || text === undefined ? null : captureFor(text, query.args.length === 0, below);
    const wait = { asked: now(), busy: busy(), captured, opens: false, acquired: 0, acquiredBusy: 0 };
    asked.set(query, { frame: state.storage.getStore(), wait });
  } catch (error) {
    swallow(error);
  }
}

function begin(query: Query, text: string): void {
  try {
    const found = asked.get(query);
    // It asks for the types of arrays by itself, once a connection.
    if (found === undefined || query.onlyDescribe || text.includes('b.typarray')) return;
    asked.delete(query);
    const { frame, wait } = found;
    wait.acquired = now();
    wait.acquiredBusy = busy();
    const entry = state.storage.run(frame as never, () => start(query, text, wait));
    if (entry !== null) attach(query, entry);
  } catch (error) {
    swallow(error);
  }
}

function start(query: Query, text: string, wait: Wait): QueryEntry | null {
  const connection = connectionOf(query.state as object);
  const step = transactionStep(text);
  if (step === 'begins') connection.transaction ??= ++state.transactions;
  const values = query.args.length > 0 ? query.args : null;
  const entry = startQuery({ driver: 'postgres', text, values, connection, wait, site: siteOfTemplate(query) });
  if (step === 'ends') connection.transaction = null;
  return entry;
}

/** It remembers by itself where each template stands, as an Error whose stack it reads later: so that is read as text. */
function siteOfTemplate(query: Query): CallSite | null {
  if (!query.tagged) return null;
  const known = sites.get(query.strings);
  if (known !== undefined) return known;
  const key = Object.getOwnPropertySymbols(query).find(({ description }) => description === 'OriginError');
  const error = key === undefined ? null : (query as unknown as Record<symbol, unknown>)[key];
  const site = error instanceof Error ? siteOfText(error.stack ?? '') : null;
  sites.set(query.strings, site);
  return site;
}

function attach(query: Query, entry: QueryEntry): void {
  const { resolve, reject } = query;
  query.resolve = (value) => {
    settle(entry, value);
    return resolve(value);
  };
  query.reject = (error) => {
    entry.fails(error);
    return reject(error);
  };
  if (query.cursorFn) endWithCursor(query, entry);
}

/** A loop over a cursor puts its own functions in the place of these; what all of them do is to be no longer active. */
function endWithCursor(query: Query, entry: QueryEntry): void {
  let isActive = query.active;
  Object.defineProperty(query, 'active', {
    configurable: true,
    enumerable: true,
    get: () => isActive,
    set(value: unknown) {
      if (isActive && !value) entry.ends({ rows: null });
      isActive = value;
    },
  });
}

interface Result {
  readonly count?: number | null;
  readonly columns?: readonly { readonly name: string }[] | null;
}

function settle(entry: QueryEntry, value: unknown): void {
  try {
    const list = (Array.isArray(value) ? value : []) as readonly unknown[] & Result;
    const isArrays = Array.isArray(list[0]);
    const columns = isArrays ? (list.columns?.map(({ name }) => name) ?? null) : null;
    entry.ends({ rows: list.count ?? null, data: list, columns });
  } catch (error) {
    swallow(error);
  }
}
