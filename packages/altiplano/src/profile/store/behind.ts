import { bounded } from '../admin/kept.ts';
import type { Profile } from '../profile.ts';
import type { Keeper, ProfileStore } from './store.ts';

/** Profiles on their way to the keeper; beyond, it is too slow for them. */
const MOST_UNDERWAY = 20;

/**
 * Writes behind requests: whatever becomes of a profile, the request it is of knows nothing of it.
 * @param open connects; called when the first profile comes, or is looked for
 */
export function behind(open: () => Promise<Keeper>): ProfileStore {
  const underway = new Set<Promise<void>>();
  let opened: Promise<Keeper> | null = null;
  let dropped = 0;
  const keeper = (): Promise<Keeper> => {
    opened ??= open();
    return opened;
  };
  const put = async (profile: Profile): Promise<void> => {
    // The reply goes first.
    await new Promise((resolve) => setImmediate(resolve));
    const small = bounded(profile);
    await (await keeper()).put(small.id, JSON.stringify(small));
  };
  return {
    keep(profile) {
      if (underway.size >= MOST_UNDERWAY) {
        dropped += 1;
        return;
      }
      const kept = put(profile)
        .catch(() => {
          dropped += 1;
        })
        .finally(() => underway.delete(kept));
      underway.add(kept);
    },
    async find(id) {
      await Promise.all(underway);
      const json = await keeper()
        .then((there) => there.get(id))
        .catch(() => null);
      return json === null ? null : (JSON.parse(json) as Profile);
    },
    dropped: () => dropped,
    async close() {
      await Promise.all(underway);
      await opened?.then((there) => there.close()).catch(() => {});
    },
  };
}
