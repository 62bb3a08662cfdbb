import type { Instant, Random } from 'altiplano/sample';

export interface Volume {
  readonly tenants: number;
  readonly people: number;
  readonly tracking: number;
  readonly journal: number;
}

/** A tenant's people are numbered one after the other: `first` to `first` + `people` - 1. */
export interface Tenant {
  readonly first: number;
  readonly people: number;
}

/** What rows of different tables must agree on. */
export interface World {
  readonly seed: number;
  readonly anchor: Instant;
  readonly volume: Volume;
  /** The biggest first, and at last one without people. */
  readonly tenants: readonly Tenant[];
}

export function createWorld(seed: number, anchor: Instant, volume: Volume): World {
  let first = 1;
  const tenants = tenantSizes(volume).map((people) => {
    const tenant = { first, people };
    first += people;
    return tenant;
  });
  return { seed, anchor, volume, tenants };
}

/** Four fifths in the first if it has company, the others by Zipf's law, at least one each; then a tenant of nobody. */
export function tenantSizes({ people, tenants }: Pick<Volume, 'people' | 'tenants'>): number[] {
  const others = tenants - 1;
  const spare = people - tenants;
  const shared = Math.floor(spare / 5);
  const harmonic = Array.from({ length: others }, (_, rank) => 1 / (rank + 1)).reduce((sum, share) => sum + share, 0);
  const sizes = Array.from({ length: others }, (_, rank) => 1 + Math.floor(shared / harmonic / (rank + 1)));
  const rest = sizes.reduce((sum, size) => sum + size, 0);
  return [people - rest, ...sizes, 0];
}

/** Somebody, more often one of the tenants with many people; within a tenant few do most. */
export function drawPerson(
  random: Random,
  { tenants, volume }: World,
): { readonly tenant: number; readonly id: number } {
  const point = 1 + random.below(volume.people);
  let low = 0;
  let high = tenants.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { first, people } = tenants[middle] as Tenant;
    if (point >= first + people) low = middle + 1;
    else high = middle;
  }
  const { first, people } = tenants[low] as Tenant;
  return { tenant: low, id: first + random.zipf(people) };
}
