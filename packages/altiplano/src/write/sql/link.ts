import { ofTenant, type Scope, table, visible } from '../../sql/scope.ts';
import { commonTable, list, name, where, writingTable } from '../../sql/text.ts';
import type { PlannedLink, WritePlan } from '../plan/plan.ts';
import { touch } from './change.ts';
import { READY } from './ready.ts';
import { tenantValues } from './tenant.ts';

/** The row at the other end, if the tenant has it. */
export function linkTarget(scope: Scope, { target, targetType, id }: PlannedLink & { readonly id: string }): string {
  const row = `r.id = ${scope.parameters.bind(id, targetType)}`;
  const query = ['select r.id', `from ${table(scope, target)} r`, where([...ofTenant(scope, 'r'), row])].join('\n');
  return commonTable('target', query);
}

/** Links or unlinks one pair, and touches the row when that made a difference. */
export function linkTables(scope: Scope, plan: WritePlan, linked: PlannedLink): readonly string[] {
  const { key } = scope.target;
  const tenant = plan.action === 'link' ? tenantValues(scope) : [];
  const [parent, target] = [name(linked.parentColumn), name(linked.targetColumn)];
  const write =
    plan.action === 'link'
      ? [
          `insert into ${table(scope, linked.link)} (${list([...tenant.map(([column]) => name(column)), parent, target])})`,
          `select ${list([...tenant.map(([, value]) => value), `p.${name(key)}`, 'r.id'])}`,
          'from page p cross join target r',
          where([READY]),
          'on conflict do nothing',
          `returning ${parent} as id`,
        ]
      : [
          `delete from ${table(scope, linked.link)} l`,
          'using page p cross join target r',
          where([...ofTenant(scope, 'l'), `l.${parent} = p.${name(key)}`, `l.${target} = r.id`, READY]),
          `returning l.${parent} as id`,
        ];
  return [writingTable('moved', write.join('\n'))];
}

/** After the links: the row shows them. */
export function touchTables(scope: Scope, plan: WritePlan): readonly string[] {
  if (plan.touched === null) return [];
  const update = [
    `update ${table(scope)} t`,
    `set ${touch(plan).join(', ')}`,
    'from moved m',
    where([...visible(scope), `t.${name(scope.target.key)} = m.id`]),
  ].join('\n');
  return [writingTable('touched', update)];
}
