import type { OwnerClient } from '../execute/owner.ts';
import type { Fault } from './faults.ts';
import { rebuildSegment, rebuildTenant } from './rebuild.ts';
import type { RegisteredBitmap } from './registry.ts';
import { verifyTenant } from './verify-tenants.ts';

/**
 * Makes every segment again that has a fault, from its rows and while it is read; the whole tenant where its segments lie
 * wrong or there are none. Then looks at these tenants once more.
 */
export async function repairFaults(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  block: number,
  faults: readonly Fault[],
): Promise<{ readonly repaired: number; readonly left: readonly Fault[] }> {
  let repaired = 0;
  const left: Fault[] = [];
  for (const tenant of new Set(faults.map((fault) => fault.tenant))) {
    const segments = new Set(faults.filter((fault) => fault.tenant === tenant).map(({ segment }) => segment));
    if (segments.has(null)) {
      await rebuildTenant(client, bitmap, tenant);
      repaired++;
    } else {
      for (const segment of segments) await rebuildSegment(client, bitmap, { tenant, segment: segment ?? '' });
      repaired += segments.size;
    }
    left.push(...(await verifyTenant(client, bitmap, block, tenant)).faults);
  }
  return { repaired, left };
}
