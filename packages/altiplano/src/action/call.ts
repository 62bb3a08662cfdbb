import type { Address } from '../respond/reply.ts';

/** One HTTP request for an action. */
export interface ActionCall extends Address {
  readonly parameters: Readonly<Record<string, string>>;
  /** JSON text as received (valid UTF-8 of a bounded number of values); null when there is none. */
  readonly body: string | null;
  /** The member of the body that is given twice or too deep: told to members only. */
  readonly fault?: { readonly path: string; readonly problem: string } | null;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | null;
  readonly ifMatch?: string | null;
  readonly requestId: string;
  readonly signal: AbortSignal;
}
