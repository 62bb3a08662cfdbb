import type { Random } from 'altiplano/sample';
import type { World } from './world.ts';

/**
 * Draws the customer of a call: three fifths of the customers share the calls by Zipf's law, the busiest of them is a
 * live one of the biggest workspace, the others have none.
 */
export function busyCustomers(world: World): (random: Random) => number {
  const customers = world.createdAt.length;
  const callers = Math.max(1, Math.floor(customers * 0.6));
  const busiest = findBusiest(world);
  const step = coprimeStep(customers);
  return (random) => (busiest + random.zipf(callers) * step) % customers;
}

function findBusiest({ workspaceOf, deleted }: World): number {
  for (let customer = Math.floor(workspaceOf.length / 3); customer < workspaceOf.length; customer++) {
    if (workspaceOf[customer] === 0 && deleted[customer] === 0) return customer;
  }
  return 0;
}

/** Multiples of it visit every customer once, in an order that has nothing to do with age. */
function coprimeStep(customers: number): number {
  let step = Math.max(1, Math.floor(customers * 0.618));
  while (greatestCommonDivisor(step, customers) !== 1) step += 1;
  return step;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
