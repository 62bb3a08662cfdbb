import { type Scope, table, visible } from '../../sql/scope.ts';
import { commonTable, name, where, writingTable } from '../../sql/text.ts';
import type { PlannedLink, WritePlan } from '../plan/plan.ts';
import { touch } from './change.ts';
import { READY } from './ready.ts';

/** The row at the other end, if the tenant has it. */
export function linkTarget(scope: Scope, { target, targetType, id }: PlannedLink & { readonly id: string }): string {
  const { tenant } = scope.target;
  const row = `r.id = ${scope.parameters.bind(id, targetType)}`;
  const query = [
    'select r.id',
    `from ${table(scope, target)} r`,
    where([`r.${name(tenant.column)} = ${scope.tenant}`, row]),
  ].join('\n');
  return commonTable('target', query);
}

/** Links or unlinks one pair, and touches the row when that made a difference. */
export function linkTables(scope: Scope, plan: WritePlan, linked: PlannedLink): readonly string[] {
  const { key, tenant } = scope.target;
  const columns = [tenant.column, linked.parentColumn, linked.targetColumn].map(name);
  const write =
    plan.action === 'link'
      ? [
          `insert into ${table(scope, linked.link)} (${columns.join(', ')})`,
          `select ${scope.tenant}, p.${name(key)}, r.id`,
          'from page p cross join target r',
          where([READY]),
          'on conflict do nothing',
          `returning ${columns[1]} as id`,
        ]
      : [
          `delete from ${table(scope, linked.link)} l`,
          'using page p cross join target r',
          where([
            `l.${columns[0]} = ${scope.tenant}`,
            `l.${columns[1]} = p.${name(key)}`,
            `l.${columns[2]} = r.id`,
            READY,
          ]),
          `returning l.${columns[1]} as id`,
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
