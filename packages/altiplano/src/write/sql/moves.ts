import { type Scope, table, visible } from '../../sql/scope.ts';
import { commonTable, literal, name, where } from '../../sql/text.ts';
import type { PlannedStates, WritePlan } from '../plan/plan.ts';

/** Whether the plan moves rows from state to state at all. */
export const hasMoves = ({ action, states }: WritePlan): boolean =>
  states.length > 0 && (action === 'create' || action === 'change');

/**
 * Moves that are none, for all items at once: rows `moves (position, member, was, becomes, barred)`. The rows are locked already, so
 * what they are is what they will be when they are written.
 */
export function movesTable(scope: Scope, plan: WritePlan): string {
  const { action, states } = plan;
  return commonTable(
    'moves',
    states.map((one) => (action === 'create' ? begun(scope, one) : moved(scope, plan, one))).join('\nunion all\n'),
  );
}

function moved(scope: Scope, { target }: WritePlan, { column, moves, barred }: PlannedStates): string {
  const key = name(target.key);
  const [was, becomes] = [`t.${name(column)}::text`, `i.${name(column)}::text`];
  const isBarred = `${becomes} = any(${scope.parameters.bind(barred, 'text[]')})`;
  return [
    `select i.alt_position as position, ${literal(column)} as member, ${was} as was, ${becomes} as becomes, ${isBarred} as barred`,
    'from items i',
    `join page p on p.${key} = i.${key}`,
    `join ${table(scope)} t on t.${key} = p.${key}`,
    where([
      ...visible(scope),
      `${literal(column)} = any(i.alt_named)`,
      `(coalesce(${literal(JSON.stringify(moves))}::jsonb -> ${was} ? ${becomes}, false) is false or ${isBarred})`,
    ]),
  ].join('\n');
}

/** A new row that says nothing begins as its column does. */
function begun(scope: Scope, { column, starts, barred }: PlannedStates): string {
  const becomes = `i.${name(column)}::text`;
  const isBarred = `${becomes} = any(${scope.parameters.bind(barred, 'text[]')})`;
  const isNone = starts === null ? 'false' : `(${literal(JSON.stringify(starts))}::jsonb ? ${becomes}) is false`;
  return [
    `select i.alt_position as position, ${literal(column)} as member, null as was, ${becomes} as becomes, ${isBarred} as barred`,
    'from items i',
    where([`${becomes} is not null`, `(${isNone} or ${isBarred})`]),
  ].join('\n');
}

export const MOVES_COLUMN = [
  "(select json_agg(json_build_object('position', m.position, 'member', m.member, 'was', m.was, 'becomes', m.becomes, 'barred', m.barred)",
  '  order by m.position, m.member) from moves m)::text as moves',
].join('\n');
