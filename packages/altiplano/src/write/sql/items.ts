import { ENTERED } from '../../sql/entry.ts';
import type { Scope } from '../../sql/scope.ts';
import { commonTable, indent, name } from '../../sql/text.ts';
import type { Item } from '../change.ts';
import type { WritePlan } from '../plan/plan.ts';

/**
 * The items as rows `items`: one text whatever their number. Values reach their columns from the text that was sent. Who
 * may not enter has none, so nothing is looked up or written for a stranger.
 */
export function itemsTable(scope: Scope, { items, columns, links }: WritePlan): string {
  const declared = [
    'alt_position integer',
    `${name(scope.target.key)} ${scope.target.keyType}`,
    'alt_named text[]',
    ...columns.map((column) => `${name(column.name)} ${column.type}`),
    ...links.map(({ member, targetType }) => `${name(member)} ${targetType}[]`),
  ];
  const sent = scope.parameters.bind(itemsText(items, scope.target.key), 'json');
  return commonTable(
    'items',
    [
      'select i.*',
      `from json_to_recordset(${sent}) as i (\n${indent(declared.join(',\n'))}\n)`,
      `where ${ENTERED}`,
    ].join('\n'),
  );
}

/** `alt_named` tells a null from what was not sent; no column is called that. */
function itemsText(items: readonly Item[], key: string): string {
  const rows = items.map(({ id, values }, position) => {
    const named = Object.keys(values);
    const members = Object.entries(values).map(([member, value]) => `${JSON.stringify(member)}:${value}`);
    const head = [
      `"alt_position":${position}`,
      `${JSON.stringify(key)}:${JSON.stringify(id)}`,
      `"alt_named":${JSON.stringify(named)}`,
    ];
    return `{${[...head, ...members].join(',')}}`;
  });
  return `[${rows.join(',')}]`;
}
