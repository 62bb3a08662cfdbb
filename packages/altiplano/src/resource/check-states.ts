import { Failure } from '../errors/failure.ts';
import type { Resource } from './resource.ts';

/**
 * A state machine is of a column that bodies set, and its states are values of it.
 * @throws DECL_INVALID
 */
export function checkStates({ name, writes, domains }: Resource): void {
  for (const { column, moves, starts, needs } of writes?.states ?? []) {
    if (writes?.members[column]?.kind !== 'column')
      refuse(name, `moves ${column}, which no body sets`, `Make ${column} one of the members.`);
    const all = [...Object.keys(moves), ...Object.values(moves).flat(), ...(starts ?? []), ...Object.keys(needs)];
    const values = domains[column]?.values;
    const unknown = values === undefined ? undefined : all.find((state) => !values.includes(state));
    if (unknown !== undefined)
      refuse(name, `moves ${column} to or from '${unknown}'`, `It is one of ${values?.join(', ')}.`);
    const unreached = Object.keys(needs).find((state) => !Object.values(moves).flat().includes(state));
    if (unreached !== undefined)
      refuse(name, `says what it takes to reach '${unreached}', where nothing leads`, 'Add it to the moves.');
  }
}

function refuse(resource: string, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
}
