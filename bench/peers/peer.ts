import type { Explanation } from 'altiplano/testing';
import type { Question } from '../measure/http-connection.ts';

/** What a peer may be asked for: a page of a workspace, as everybody can find it. */
export interface Asked {
  readonly case: string;
  readonly workspace: string;
  readonly after: { readonly created: string; readonly id: string } | null;
  /** Rows before the page, for who has no key to ask with. */
  readonly offset: number;
  /** Filters, as the contract writes them. */
  readonly query: string;
}

/** What a peer is started with. */
export interface Setting {
  readonly url: string;
  readonly token: string;
  readonly user: string;
  readonly workspaces: readonly string[];
  /** Milliseconds until a statement is given up. */
  readonly patience: number;
  /** By case, the statement Altiplano would run: for the bare server only. */
  readonly works: Readonly<
    Record<string, Pick<Explanation, 'statement'> & { session: { tenant: string; caller: string } }>
  >;
  /** The serving connections' settings, as libpq takes them. */
  readonly sessionOptions: string;
  readonly appRole: string;
}

export interface Peer {
  /** As the result names it. */
  readonly name: string;
  readonly folder: string;
  /** A Node of its own below the folder, when ours is too old. */
  readonly node?: { readonly major: number; readonly program: string };
  /** Statements before it is started and after it has ended. */
  readonly prepare?: (url: string) => Promise<void>;
  readonly undo?: (url: string) => Promise<void>;
  readonly env: (setting: Setting) => Readonly<Record<string, string>>;
  /** Whether it takes filters too, or pages only. */
  readonly filters: boolean;
  /** May ask the peer for what the question needs. */
  readonly questionOf: (
    origin: string,
    asked: Asked,
    send: (question: Question) => Promise<string>,
  ) => Promise<Question>;
  /** The items of an answer in the contract's shape; throws when it is no answer. */
  readonly itemsOf: (body: string) => readonly unknown[];
}
