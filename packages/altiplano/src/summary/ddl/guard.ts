import { literal, name } from '../../sql/text.ts';
import { isRegistered, type Shape } from './shape.ts';

export const guardVariables = `  state text;
  ceiling xid8;
  running xid8[];`;

/** How a function that readers call begins: whose figures they are, whether there are any yet, and which deltas may count. */
export function guard(shape: Shape): string {
  const tenants = shape.key.filter(({ role }) => role === 'tenant');
  const checks = tenants.map((column) => `  perform altiplano.same_tenant(${name(`of_${column.name}`)});\n`);
  return `${checks.join('')}  select r.state, coalesce(pg_snapshot_xmax(r.folded), '0'), array(select pg_snapshot_xip(r.folded)) into state, ceiling, running
  from altiplano.summary r
  where ${isRegistered(shape)}
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception ${literal(shape.summary.name)} using errcode = 'ALT05';
  end if;`;
}
