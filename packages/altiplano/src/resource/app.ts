import type { Resource } from './resource.ts';

/** Where an app keeps its users: who a token speaks for, and what the plan may need to know of them. */
export interface Identity {
  /** Table of users; its key is `id`. */
  readonly table: string;
  readonly role: string;
  /** Columns that row scopes compare with, for example `employee_id`. */
  readonly attributes: readonly string[];
  /** Link table that says which tenants a user may enter. */
  readonly membership: { readonly table: string; readonly user: string; readonly tenant: string };
}

export interface SampleOptions {
  /** Connection of the owner. */
  readonly url: string;
  readonly schema: string;
  readonly seed: number;
  readonly volume: Readonly<Record<string, number>>;
  readonly progress: (step: { readonly name: string; readonly done: number; readonly total: number }) => void;
}

/** What a sample leaves behind for the try-me line: a user to print a token for and a path that answers. */
export interface SampleSummary {
  readonly rows: Readonly<Record<string, number>>;
  readonly demo: { readonly user: string; readonly path: string };
}

export interface App {
  readonly name: string;
  /** Schema of the app's tables unless `--schema` says otherwise. */
  readonly schema: string;
  /** Folder with the app's migrations. */
  readonly migrations: URL;
  readonly identity: Identity;
  readonly resources: readonly Resource[];
  readonly sample: {
    /** Volume flags with their defaults, for example `{ customers: 5000 }`. */
    readonly volume: Readonly<Record<string, number>>;
    readonly run: (options: SampleOptions) => Promise<SampleSummary>;
    /** The summary of an earlier run on the same database, or null when there is no sample yet. */
    readonly find: (options: Pick<SampleOptions, 'url' | 'schema'>) => Promise<SampleSummary | null>;
  };
}

/** Declares an app: one schema, its resources, its migrations and a deterministic sample. */
export function app(declaration: App): App {
  return Object.freeze({ ...declaration });
}
