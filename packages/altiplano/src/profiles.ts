import type { Authenticator } from './auth/authenticate.ts';
import { readDatabaseHealth } from './execute/database-health.ts';
import { adviseSafely, explainSafely } from './execute/explain-safely.ts';
import type { Pool } from './execute/pool.ts';
import { profileKeeper } from './execute/profile-keeper.ts';
import type { Health } from './profile/admin-api.ts';
import type { Finding } from './profile/finding.ts';
import type { Profile } from './profile/profile.ts';
import { behind } from './profile/store/behind.ts';
import type { ProfileStore } from './profile/store/store.ts';
import { redisProfiles } from './redis/profile-keeper.ts';

export interface ProfilesOptions {
  /** The owner's connection: the app's role has no right on what is kept. */
  readonly url: string;
  readonly redis?: string;
  readonly pool: Pool;
  readonly schemas: readonly string[];
  readonly authenticators: readonly Authenticator[];
}

/** What an engine can say of its own requests. */
export interface Profiles {
  /** Profiles that were asked for, for every process of this server; nothing connects before there is one. */
  readonly profiles: ProfileStore;
  /** What the dashboard shows of caches and indexes. */
  health(): Promise<Pick<Health, 'caches' | 'indexes'>>;
  /** How the database would run a query of a profile: of its caller, in its tenant. */
  explain(profile: Profile, ordinal: number): Promise<unknown>;
  /** What that plan says against it. */
  advise(profile: Profile, ordinal: number): Promise<readonly Finding[]>;
}

export function openProfiles({ url, redis, pool, schemas, authenticators }: ProfilesOptions): Profiles {
  return {
    profiles: behind(async () => (redis === undefined ? profileKeeper(url) : redisProfiles(redis))),
    async health() {
      const { indexes, buffers } = await readDatabaseHealth(pool, schemas);
      const lookUps = authenticators.map(({ figures }) => figures());
      const credentials = {
        hits: lookUps.reduce((sum, { hits }) => sum + hits, 0),
        misses: lookUps.reduce((sum, { misses }) => sum + misses, 0),
      };
      return { indexes, caches: [rated('credentials', credentials), rated('PostgreSQL buffers', buffers)] };
    },
    async explain(profile, ordinal) {
      const text = textOf(profile, ordinal);
      return text === null ? null : explainSafely(pool, sessionOf(profile), text);
    },
    async advise(profile, ordinal) {
      const text = textOf(profile, ordinal);
      return text === null ? [] : (await adviseSafely(pool, sessionOf(profile), text)).findings;
    },
  };
}

const textOf = ({ queries }: Profile, ordinal: number): string | null =>
  queries.find((one) => one.ordinal === ordinal)?.text ?? null;

const sessionOf = ({ tenant, user }: Profile) => ({ tenant: tenant ?? '', caller: user ?? '' });

function rated(
  name: string,
  { hits, misses }: { readonly hits: number; readonly misses: number },
): Health['caches'][number] {
  const asked = hits + misses;
  return { name, hits, misses, rate: asked === 0 ? null : hits / asked };
}
