import { choices, type Instant, identifiersOf, Random } from 'altiplano/sample';

export interface Volume {
  readonly organizations: number;
  readonly users: number;
  readonly accounts: number;
  /** Rows: a transfer has two. */
  readonly transactions: number;
}

export type Role = 'owner' | 'accountant' | 'viewer';

/** `place` is of the organization, team or user it is. */
export interface Account {
  readonly type: 'organization' | 'team' | 'user';
  readonly place: number;
  readonly currency: string;
}

/** What rows of different tables must agree on. */
export interface World {
  readonly seed: number;
  readonly anchor: Instant;
  readonly volume: Volume;
  readonly accounts: readonly Account[];
}

export const idsOf = identifiersOf('organization', 'team', 'user', 'account', 'transaction');

export const TEAMS_EACH = 3;
export const teamCount = ({ organizations }: Volume): number => organizations * TEAMS_EACH;
export const organizationOfTeam = (team: number, { organizations }: Volume): number => team % organizations;

/** Organization after organization has an owner and an accountant of its own; the first user is the first one's owner. */
export const ownerOf = (organization: number): number => organization;
export const accountantOf = (organization: number, { organizations }: Volume): number => organizations + organization;

const TYPES = choices(['organization' as const, 60], ['team' as const, 25], ['user' as const, 15]);
const CURRENCIES = choices(['EUR', 50], ['USD', 30], ['GBP', 15], ['SEK', 5]);

export function createWorld(seed: number, anchor: Instant, volume: Volume): World {
  const random = new Random(seed, 1);
  const accounts = Array.from({ length: volume.accounts }, (_, index): Account => {
    // The first organization can always transfer, whatever is drawn.
    if (index < 2) return { type: 'organization', place: 0, currency: 'EUR' };
    const type = random.weighted(TYPES);
    const most = { organization: volume.organizations, team: teamCount(volume), user: volume.users }[type];
    return { type, place: random.zipf(most), currency: random.weighted(CURRENCIES) };
  });
  return { seed, anchor, volume, accounts };
}

/** A user's links: owners and accountants one, of the others most one, some two or none. */
export function linksOf(user: number, volume: Volume, random: Random): readonly (readonly [number, Role])[] {
  const { organizations } = volume;
  if (user < organizations) return [[user, 'owner']];
  if (user < 2 * organizations) return [[user - organizations, 'accountant']];
  if (random.chance(0.1)) return [];
  const first = random.zipf(organizations);
  const second = random.chance(0.15) ? random.below(organizations) : first;
  return [...new Set([first, second])].map((organization) => [organization, random.weighted(ROLES)]);
}

const ROLES = choices<Role>(['viewer', 60], ['accountant', 34], ['owner', 6]);
