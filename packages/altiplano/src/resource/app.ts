import type { KeyRing } from '../encryption/key-ring.ts';
import type { Action } from './action.ts';
import { type Audit, redactEncrypted } from './audit.ts';
import { checkAudit } from './check-audit.ts';
import { checkDigest, redactDigest } from './check-digest.ts';
import { checkIdentity } from './check-identity.ts';
import { checkNames } from './check-names.ts';
import { checkPaths } from './check-paths.ts';
import { checkSignIn } from './check-sign-in.ts';
import { checkTenancy } from './check-tenancy.ts';
import type { Identity } from './identity.ts';
import type { Job } from './job.ts';
import type { Resource } from './resource.ts';
import type { Summary } from './summary.ts';

export type { Identity, NewKey } from './identity.ts';

export interface SampleOptions {
  /** Connection of the owner. */
  readonly url: string;
  readonly schema: string;
  readonly seed: number;
  readonly volume: Readonly<Record<string, number>>;
  /** What encrypted columns are filled with: `seal(keys, place, text)`. */
  readonly keys?: KeyRing;
  readonly progress: (step: { readonly name: string; readonly done: number; readonly total: number }) => void;
}

/** What a sample leaves behind for the try-me line: a user to print a token for and a path that answers. */
export interface SampleSummary {
  readonly rows: Readonly<Record<string, number>>;
  readonly demo: {
    readonly user: string;
    readonly path: string;
    /** Sent with it: which tenant is meant. */
    readonly headers?: Readonly<Record<string, string>>;
    /** How to sign in as this user, where one may. */
    readonly signIn?: { readonly email: string; readonly password: string };
  };
}

export interface App {
  readonly name: string;
  /** Schema of the app's tables unless `--schema` says otherwise. */
  readonly schema: string;
  /** Folder with the app's migrations. */
  readonly migrations: URL;
  readonly identity: Identity;
  readonly resources: readonly Resource[];
  /** Tables whose changes leave a trail; `altiplano audit sql` prints its migration. */
  readonly audit?: Audit;
  /** Endpoints beside those of the resources. */
  readonly actions?: readonly Action[];
  /** Figures of whole tables by group; `altiplano summary sql` prints their migration. */
  readonly summaries?: readonly Summary[];
  /** Work beside requests. */
  readonly jobs?: readonly Job[];
  readonly sample: {
    /** Volume flags with their defaults, for example `{ customers: 5000 }`. */
    readonly volume: Readonly<Record<string, number>>;
    readonly run: (options: SampleOptions) => Promise<SampleSummary>;
    /** The summary of an earlier run on the same database, or null when there is no sample yet. */
    readonly find: (options: Pick<SampleOptions, 'url' | 'schema'>) => Promise<SampleSummary | null>;
  };
}

/**
 * Declares an app: one schema, its resources, its migrations and a deterministic sample.
 * @throws DECL_INVALID
 */
export function app(declaration: App): App {
  checkIdentity(declaration);
  checkSignIn(declaration);
  checkDigest(declaration);
  checkTenancy(declaration);
  checkAudit(declaration);
  checkPaths(declaration.resources);
  checkNames(declaration);
  const { audit, resources, identity } = declaration;
  return Object.freeze({
    ...declaration,
    ...(audit === undefined ? {} : { audit: redactDigest(redactEncrypted(audit, resources), identity) }),
  });
}
