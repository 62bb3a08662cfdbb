import type { AcceptedMembers, NoMembers, ValuesOf } from './accept.ts';
import { checkAction } from './check-action.ts';
import type { NewKey } from './identity.ts';
import type { Query } from './query.ts';
import type { Summary } from './summary.ts';
import type { Said } from './tenant-key.ts';

/** A refusal of the app's own: a code that never changes its meaning, and what would be right. */
export interface DeclaredRefusal {
  readonly status: 403 | 404 | 409 | 422;
  /** `{name}` is filled in by `refuse(code, { name })`. */
  readonly message: string;
  readonly hint: string;
}

export interface Action {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `:id` is a parameter. */
  readonly path: string;
  readonly summary: string;
  /** The scope a caller needs; null: every member may. */
  readonly permission: string | null;
  /** What it reads: until these are as declared and built, it answers 503. */
  readonly summaries: readonly Summary[];
  /** Types of the path's parameters. A malformed one is one that is not there. */
  readonly parameters: Readonly<Record<string, 'uuid' | 'bigint' | 'text'>>;
  readonly query: AcceptedMembers;
  /** Null: no body is wanted. */
  readonly body: AcceptedMembers | null;
  readonly refusals: Readonly<Record<string, DeclaredRefusal>>;
  readonly reply: ActionReply;
  /** The JSON of the object it changes as its address shows it, whose row it holds; null when there is none. For `If-Match`. */
  readonly current: ((context: ActionContext) => Promise<string | null>) | null;
  handle(context: ActionContext): Promise<ActionResult>;
}

export interface ActionReply {
  readonly status: number;
  /** JSON Schema 2020-12 of the body; null when there is none. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly example?: unknown;
  /** Whether it is one object as its address shows it: then it has an `ETag`. Where there is a `current` it is. */
  readonly tagged?: boolean;
}

/** What a handler works with: one transaction of one tenant, and nothing outside it. */
export interface ActionContext<
  B extends AcceptedMembers = AcceptedMembers,
  Q extends AcceptedMembers = AcceptedMembers,
> {
  readonly tenant: string;
  /** What it is said with, where two columns do: rows name these, and the database makes `tenant` of them. */
  readonly said: Said | null;
  readonly caller: ActionCaller;
  readonly body: ValuesOf<B>;
  /** Parameters of the query string. */
  readonly asked: ValuesOf<Q>;
  readonly query: RunQuery;
  readonly parameters: Readonly<Record<string, string>>;
  /** A new API key of the app: `prefix` and `digest` are to be stored, the secret is to be shown this once. */
  newKey(): NewKey;
  readonly requestId: string;
  /** Stands for `now()` in tests, else null. */
  readonly instant: string | null;
  readonly signal: AbortSignal;
  readonly jobs: ActionJobs;
}

/** Jobs of the app, from the transaction of an action. */
export interface ActionJobs {
  /**
   * Queues a job if the transaction commits, and says its id. Of those with one key only one is unfinished at a time: adding
   * it again gives the id of that one.
   */
  add(name: string, payload?: Readonly<Record<string, unknown>>, options?: { readonly key?: string }): Promise<string>;
  /** Null unless this tenant asked for it. */
  progress(id: string): Promise<JobProgress | null>;
}

export interface JobProgress {
  readonly id: string;
  readonly name: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly done: string;
  readonly total: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface ActionCaller {
  readonly id: string;
  readonly kind: 'user' | 'api_key';
  /** The user's id: the caller's own, or of an API key that of who made it, if anybody is known. */
  readonly user: string | null;
  /** What it may do; null where the app has no roles. */
  readonly scopes: readonly string[] | null;
  readonly role: string;
  readonly attributes: Readonly<Record<string, string | null>>;
}

/** A query of Kysely's `compile()`, or of any other builder that binds its values. */
export interface CompiledQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Runs in the action's transaction. Several that do not wait for each other's rows are sent together. */
export type RunQuery = <R = Readonly<Record<string, unknown>>>(query: Query | CompiledQuery) => Promise<readonly R[]>;

export interface ActionResult {
  /** That of the declared reply unless said otherwise. */
  readonly status?: number;
  /** Becomes JSON. */
  readonly body?: unknown;
  /** JSON as PostgreSQL wrote it, in place of `body`: no number passes through JavaScript. */
  readonly json?: string;
  /** Path of what was made, from the root of the server. */
  readonly location?: string;
  readonly etag?: string;
}

export interface ActionDeclaration<B extends AcceptedMembers, Q extends AcceptedMembers> {
  readonly name: string;
  readonly method: Action['method'];
  readonly path: `/${string}`;
  readonly summary?: string;
  readonly permission: string | null;
  /** Summaries that its statements select from. */
  readonly summaries?: readonly Summary[];
  readonly parameters?: Action['parameters'];
  readonly query?: Q;
  readonly body?: B;
  readonly refusals?: Action['refusals'];
  readonly reply?: Partial<ActionReply>;
  current?(context: ActionContext<B, Q>): Promise<string | null>;
  handle(context: ActionContext<B, Q>): Promise<ActionResult>;
}

/** Declares an endpoint beside those of resources, checked when the app is loaded. */
export function action<const B extends AcceptedMembers = NoMembers, const Q extends AcceptedMembers = NoMembers>(
  declaration: ActionDeclaration<B, Q>,
): Action {
  const { name, method, path, permission, body, query, refusals = {}, reply = {}, summaries = [] } = declaration;
  checkAction(declaration);
  const named = [...path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => parameter);
  const parameters = Object.fromEntries(
    named.map((parameter) => [parameter, declaration.parameters?.[parameter] ?? 'uuid'] as const),
  );
  return Object.freeze({
    name,
    method,
    path,
    summary: declaration.summary ?? name.replaceAll('_', ' '),
    permission,
    summaries,
    parameters,
    query: query ?? {},
    body: body ?? null,
    refusals,
    reply: { status: 200, schema: null, tagged: declaration.current !== undefined, ...reply },
    current: (declaration.current as Action['current'] | undefined) ?? null,
    handle: declaration.handle as Action['handle'],
  });
}
