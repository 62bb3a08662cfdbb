import type { ShownTenants, TenantPlan, TenantsPlan } from '../plan/tenants.ts';
import { ENTERED, ENTRY_COLUMNS, entryTable, stillHolds } from './entry.ts';
import { entityTag } from './etag.ts';
import { format, instantText } from './field.ts';
import { boundedItems } from './reply-bound.ts';
import { keyRange, openScope, orderBy, orderColumns, type Scope, table } from './scope.ts';
import { commonTable, indent, list, name, where } from './text.ts';

/** The parts of a statement, ready to be put together. */
export interface Parts {
  readonly scope: Scope;
  readonly tables: readonly string[];
  readonly columns: readonly string[];
}

/**
 * A page of the caller's memberships, each shown by the tenants' function. No tenant is set around it: row security shows
 * the caller's own memberships and user, and of each tenant what the function may see once it is set.
 */
export function tenantsParts(plan: TenantsPlan): Parts {
  const { target, position, size, count, shown } = plan;
  const scope = openScope({ target, position });
  const keys = orderColumns(scope, 'm');
  const own = `m.${name(target.tenant.column)} = ${scope.tenant}`;
  const user = commonTable(
    'entry',
    `select ${stillHolds(scope, plan.entry)} as current\nfrom ${table(scope, plan.entry.users)} u\nwhere u.id = ${scope.tenant}`,
  );
  const page = [
    `select ${list(keys)}`,
    `from ${table(scope)} m`,
    where([own, ENTERED, ...keyRange(scope, keys)]),
    orderBy(scope, keys),
    `limit ${size + 1}`,
  ].join('\n');
  const columns = orderColumns(scope, 's');
  const forward = orderBy(scope, columns, false);
  const texts = target.order.map(({ type }, index) =>
    type === 'timestamptz' ? instantText(columns[index] ?? '') : `${columns[index]}::text`,
  );
  const place = `json_build_array(${list(texts)})::text`;
  const all = `case when ${ENTERED} then (select count(*) from ${table(scope)} m where ${own}) end`;
  return {
    scope,
    tables: [user, commonTable('page', page), shownTable(scope, shown, size)],
    columns: [
      // Everybody may ask; a user who is gone, or is somebody else by now, is not current.
      '1::bigint as allowed',
      ENTRY_COLUMNS[1],
      '(select count(*) from page) as found',
      `${boundedItems(`(select string_agg(s.item, ',' ${forward}) from shown s)`)} as items`,
      `(select ${place} from shown s ${forward} limit 1) as first`,
      `(select ${place} from shown s ${orderBy(scope, columns, true)} limit 1) as last`,
      `${count === 'none' ? 'null' : all} as count`,
    ],
  };
}

/** One tenant: the session is in it, and the entry is that of any other request there. */
export function tenantParts({ target, entry, shown }: TenantPlan): Parts {
  const scope = openScope({ target: { ...target, order: [] } });
  const page = `select ${scope.tenant} as ${name(target.key)}\nwhere ${ENTERED}`;
  return {
    scope,
    tables: [entryTable(scope, entry), commonTable('page', page), shownTable(scope, shown, 1)],
    columns: [
      ...ENTRY_COLUMNS,
      `${boundedItems('(select s.item from shown s)')} as items`,
      `(select ${entityTag('s.item')} from shown s) as etag`,
    ],
  };
}

function shownTable(scope: Scope, shown: ShownTenants, size: number): string {
  const keys = orderColumns(scope, 'p');
  const key = `p.${name(scope.target.key)}`;
  const rows = [`select *\nfrom page p`, ...(keys.length > 0 ? [orderBy(scope, keys)] : []), `limit ${size}`].join(
    '\n',
  );
  const seen = shown.seen.flatMap(({ all, own }) => [
    scope.parameters.bind(all, 'boolean'),
    scope.parameters.bind(own, 'uuid'),
  ]);
  const fields = shown.fields.map((field) => `${format('f', field)} as ${name(field.name)}`);
  const query = [
    `select ${list([...keys, 'row_to_json(item)::text as item'])}`,
    `from (\n${indent(rows)}\n) p`,
    `cross join lateral ${table(scope, shown.function)}(${list([key, ...seen])}) f`,
    `cross join lateral (\n  select\n${indent(fields.join(',\n'), 4)}\n) item`,
  ].join('\n');
  return commonTable('shown', query);
}
