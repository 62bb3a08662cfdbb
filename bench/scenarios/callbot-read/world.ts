import type { Instant } from 'altiplano/sample';
import { Random } from 'altiplano/sample';
import { createWorld, type Workspace, type World } from '../../../apps/callbot/sample/world.ts';
import type { Volume } from './volume.ts';

export const SEED = 1;

/**
 * Callbot's sample with workspaces of given sizes, their customers mixed in one table as they would be after years. The
 * sample's own volume gives four fifths to the first workspace; everything else here is the sample's.
 */
export function createBenchWorld({ tenants, calls_per_customer }: Volume, anchor: Instant): World {
  const customers = tenants.reduce((sum, size) => sum + size, 0);
  const world = createWorld(SEED, anchor, { customers, calls: customers * calls_per_customer, workspaces: 1 });
  return { ...world, workspaces: layOut(tenants), workspaceOf: mix(tenants, customers) };
}

/** The sample's proportions, and at last a workspace without customers, as it has. */
function layOut(tenants: readonly number[]): Workspace[] {
  return [...tenants, 0].map((customers, index) => ({
    customers,
    employees: 20,
    firstEmployee: index * 20,
    labels: 60,
    firstLabel: index * 60,
    campaigns: 24,
    firstCampaign: index * 24,
  }));
}

/** Each customer's workspace, drawn from the places that are left. */
function mix(tenants: readonly number[], customers: number): Uint16Array {
  const random = new Random(SEED, 100);
  const left = [...tenants];
  return Uint16Array.from({ length: customers }, (_, customer) => {
    let place = random.below(customers - customer);
    const workspace = left.findIndex((places) => {
      if (place < places) return true;
      place -= places;
      return false;
    });
    left[workspace] = (left[workspace] ?? 0) - 1;
    return workspace;
  });
}
