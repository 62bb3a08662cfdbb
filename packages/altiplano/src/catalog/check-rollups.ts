import { Failure } from '../errors/failure.ts';
import { sameDefinition } from '../keep/registered.ts';
import type { Resource } from '../resource/resource.ts';
import { rollupsOf } from '../resource/rollup.ts';
import { definitionOf } from '../rollup/definition.ts';
import type { Catalog } from './catalog.ts';

/** Rollups that keep something else than is declared, or that have not been counted. ROLLUP_CHANGED, ROLLUP_UNBUILT */
export function checkRollups(resource: Resource, { schema, rollups }: Catalog): readonly Failure[] {
  return rollupsOf(resource).flatMap((rollup) => {
    const kept = rollups.get(rollup.name);
    const values = { resource: resource.name, rollup: `${schema}.${rollup.name}`, schema, state: kept?.state ?? '' };
    const isKept = (figure: string) => kept?.orders.includes(figure) === true;
    if (kept === undefined || !sameDefinition(kept.definition, definitionOf(rollup)) || !rollup.orders.every(isKept))
      return [new Failure('ROLLUP_CHANGED', { values })];
    const ready = kept.state === 'ready' && (kept.ranked || rollup.orders.length === 0);
    return ready ? [] : [new Failure('ROLLUP_UNBUILT', { values })];
  });
}
