import type { Address } from '../respond/reply.ts';

/** One HTTP request that changes something. */
export interface WriteCall extends Address {
  readonly route: WriteRoute;
  /** Path parameters, for example `id` and `label_id`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** JSON text as received (valid UTF-8 of a bounded number of values); null when there is none. */
  readonly body: string | null;
  /** The member of the body that is given twice or too deep: told to members only. */
  readonly fault?: { readonly path: string; readonly problem: string } | null;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | null;
  readonly ifMatch: string | null;
  /** What `X-Request-Id` says: it is kept with what is written. */
  readonly requestId?: string;
  readonly signal: AbortSignal;
}

export type WriteAction = 'create' | 'change' | 'delete' | 'link' | 'unlink';

/** One endpoint of a resource's writes. */
export interface WriteRoute {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below the resource's path: '', `bulk/`, `:id/`, `:id/labels/:label_id/`. */
  readonly path: string;
  readonly bodied: boolean;
  /** `createCustomers`: the operation's name in OpenAPI. */
  readonly name: string;
  readonly action: WriteAction;
  readonly bulk: boolean;
}

export { answerWrite } from './answer.ts';
export { writeRoutes } from './routes.ts';
