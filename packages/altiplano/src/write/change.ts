import type { Resource } from '../resource/resource.ts';
import type { Link } from '../resource/writes.ts';
import type { WriteAction } from './call.ts';

/** What a request asks to change: the input of the plan. Frozen. */
export interface Change {
  readonly action: WriteAction;
  readonly bulk: boolean;
  readonly resource: Resource;
  readonly tenant: string;
  /** In the order they were sent. */
  readonly items: readonly Item[];
  /** Of `link` and `unlink`: the row at the other end. */
  readonly linked: { readonly link: Link; readonly id: string } | null;
  /** Tags of which the row must have one; null: no matter. */
  readonly tags: readonly string[] | null;
  readonly key: IdempotencyKey | null;
}

export interface Item {
  /** Null: of a new row that the database gives its key. */
  readonly id: string | null;
  /** Member → its value as JSON text, exactly as sent where that matters. Only what was named, or has a fallback. */
  readonly values: Readonly<Record<string, string>>;
}

export interface IdempotencyKey {
  readonly route: string;
  readonly key: string;
  /** sha256 of everything the request says, in hexadecimal. */
  readonly fingerprint: string;
}
