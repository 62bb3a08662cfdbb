import { rowsOf } from '../../keep/rows-of.ts';
import { indent, list, literal, name } from '../../sql/text.ts';
import { adoption, movedLinks } from './moves.ts';
import { atOf, columnsOf, part, placeOf, type Shape } from './shape.ts';
import { generation } from './tail.ts';
import { columnTerm, comparedColumns, documentOf, liveTerm, marks, rowTerms, searchText } from './terms.ts';

const EVENTS = ['insert', 'update', 'delete'] as const;
type Event = (typeof EVENTS)[number];

/** One function and one trigger for each event of the rows' own table: transition tables allow no more. */
export function triggers(shape: Shape): string {
  return [
    onStatement(shape, 'insert', cameIn(shape)),
    onStatement(shape, 'update', changed(shape)),
    onStatement(shape, 'delete', wentOut(shape) + adoption(shape)),
    `revoke execute on function ${list(EVENTS.map((event) => `${part(shape, event)}()`))} from public;`,
    EVENTS.map((event) => createTrigger(shape, event)).join('\n'),
  ].join('\n\n');
}

function cameIn(shape: Shape, rows = rowsOf(shape.bitmap, 'new_rows', 'n')): string {
  const { bitmap, tenant, at, id } = shape;
  const ranges = bitmap.ranges.map(name);
  const columns = [
    'generation',
    tenant,
    at,
    id,
    'born',
    'plus',
    ...text(shape, 'new'),
    ...ranges.map((c) => side('new', c)),
  ];
  const values = [
    generation(shape),
    `n.${tenant}, ${columnsOf(shape, 'n')}, 1`,
    rowTerms(shape, 'n'),
    ...(bitmap.search.length === 0 ? [] : [searchText(shape, 'n')]),
    ...ranges.map((column) => `n.${column}`),
  ];
  return `  insert into ${part(shape, 'tail')} (${list(columns)})
  select ${indent(values.join(',\n'), 4).trimStart()}
  from ${rows};`;
}

function wentOut(shape: Shape, rows = rowsOf(shape.bitmap, 'old_rows', 'o')): string {
  const { bitmap, tenant, at, id } = shape;
  const ranges = bitmap.ranges.map(name);
  const columns = [
    ...['generation', tenant, at, id, 'segment', 'slot', 'born', 'minus'],
    ...text(shape, 'old'),
    ...ranges.map((c) => side('old', c)),
  ];
  const values = [
    generation(shape),
    `o.${tenant}, ${columnsOf(shape, 'o')}, p.segment, p.slot, -1`,
    rowTerms(shape, 'o'),
    ...(bitmap.search.length === 0 ? [] : [searchText(shape, 'o')]),
    ...ranges.map((column) => `o.${column}`),
  ];
  return `  insert into ${part(shape, 'tail')} (${list(columns)})
  select ${indent(values.join(',\n'), 4).trimStart()}
  from ${rows}
${indent(placeOf(shape, 'o'))};`;
}

/** Of a row that stayed where it is only what is different is written; one that moved went and came. */
function changed(shape: Shape): string {
  const { bitmap, tenant, at, id } = shape;
  const ranges = bitmap.ranges.map(name);
  const columns = [
    ...['generation', tenant, at, id, 'segment', 'slot', 'minus', 'plus'],
    ...text(shape, 'old'),
    ...text(shape, 'new'),
    ...ranges.flatMap((c) => [side('old', c), side('new', c)]),
  ];
  const searched = (alias: string) => `(${list(bitmap.search.map((column) => `${alias}.${name(column)}`))})`;
  const values = [
    generation(shape),
    `n.${tenant}, ${columnsOf(shape, 'n')}, p.segment, p.slot`,
    differentTerms(shape, 'o', 'n'),
    differentTerms(shape, 'n', 'o'),
    ...(bitmap.search.length === 0 ? [] : ['o', 'n']).map(
      (alias) => `case when ${searched('o')} is distinct from ${searched('n')} then ${searchText(shape, alias)} end`,
    ),
    ...ranges.flatMap((column) =>
      ['o', 'n'].map((alias) => `case when o.${column} is distinct from n.${column} then ${alias}.${column} end`),
    ),
  ];
  const same = `n.${tenant} = o.${tenant} and ${atOf(shape, 'n')} = ${atOf(shape, 'o')} and n.${id} = o.${id}`;
  const [old, fresh] = ['o', 'n'].map((alias) => `(${list(comparedColumns(shape, alias))})`);
  const joined = `${rowsOf(bitmap, 'old_rows', 'o')} full join ${rowsOf(bitmap, 'new_rows', 'n')} on`;
  return `  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.${id} is null) into changed, moved
  from ${joined} ${same}
  where ${old}
    is distinct from ${fresh};
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into ${part(shape, 'tail')} (${list(columns)})
  select ${indent(values.join(',\n'), 4).trimStart()}
  from ${joined} ${same}
${indent(placeOf(shape, 'o'))}
  where (o.${id} is null) = (n.${id} is null)
    and ${old}
    is distinct from ${fresh};
  if moved then
${indent(
  wentOut(shape, `${joined} ${same}`).replace(
    /;$/,
    `
  where n.${id} is null;`,
  ),
)}
${indent(
  cameIn(shape, `${joined} ${same}`).replace(
    /;$/,
    `
  where o.${id} is null;`,
  ),
)}${movedLinks(shape)}
  end if;`;
}

/** Terms that version `alias` of a row has and the other has not, from column to column. */
function differentTerms(shape: Shape, alias: string, other: string): string {
  const { bitmap } = shape;
  const own = [
    ...marks(bitmap).map(
      (column) => `case when o.${name(column)} is distinct from n.${name(column)} then ${liveTerm(shape, alias)} end`,
    ),
    ...bitmap.columns.map(
      (column) =>
        `case when o.${name(column)} is distinct from n.${name(column)} then ${columnTerm(shape, alias, column)} end`,
    ),
  ];
  const arrays = bitmap.attributes.map(
    (column) => `case when o.${name(column)}::text is distinct from n.${name(column)}::text then
  altiplano.other_attributes(${literal(column)}, ${documentOf(shape, alias, column)}, ${documentOf(shape, other, column)}) end`,
  );
  // An empty array has no type: people of field, who have a name and nothing else, could not be given another one.
  const columns = own.length === 0 ? `'{}'::text[]` : `array_remove(array[\n  ${own.join(',\n  ')}\n], null)`;
  return [columns, ...arrays].join('\n|| ');
}

function text({ bitmap }: Shape, version: 'old' | 'new'): readonly string[] {
  return bitmap.search.length === 0 ? [] : [`${version}_text`];
}

function side(version: 'old' | 'new', column: string): string {
  return name(`${version}_${column.replaceAll('"', '')}`);
}

/** One statement in sixty looks how long the tails of its tenants are. */
export function boundedBy(shape: Shape, rows: string): string {
  const { bitmap, tenant } = shape;
  return `if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
  perform ${part(shape, 'bound')}(t.${tenant}) from (select distinct r.${tenant} from ${rowsOf(bitmap, rows, 'r')} order by 1) t;
end if;`;
}

/**
 * Entries of rows with links are looked up by key. Planned when a tail was analyzed empty, they would be looked through for
 * each row of a statement: nine times the work for four times the rows.
 */
function looksUp({ bitmap }: Shape, event: Event): string {
  return bitmap.links.length === 0 || event === 'insert' ? '' : '\nset enable_seqscan = off';
}

function onStatement(shape: Shape, event: Event, work: string): string {
  const rows = event === 'delete' ? 'old_rows' : 'new_rows';
  const declared = event === 'update' ? 'declare\n  changed boolean;\n  moved boolean;\n' : '';
  return `create function ${part(shape, event)}() returns trigger
language plpgsql security definer set search_path from current${looksUp(shape, event)} as $$
${declared}begin
${work}
${indent(boundedBy(shape, rows))}
  return null;
end $$;`;
}

export const TRANSITIONS = {
  insert: 'referencing new table as new_rows ',
  update: 'referencing old table as old_rows new table as new_rows ',
  delete: 'referencing old table as old_rows ',
  truncate: '',
} as const;

function createTrigger(shape: Shape, event: Event): string {
  return `create trigger ${name(triggerName(shape, event))} after ${event} on ${name(shape.bitmap.table)}
  ${TRANSITIONS[event]}for each statement execute function ${part(shape, event)}();`;
}

/** A table may feed several bitmaps, so a trigger is named after its own. */
export function triggerName({ bitmap }: Shape, event: string): string {
  return `altiplano_${bitmap.name}_${event}`;
}

export function dropTriggers(shape: Shape): string {
  return EVENTS.map(
    (event) => `drop trigger ${name(triggerName(shape, event))} on ${name(shape.bitmap.table)};
drop function ${part(shape, event)}();`,
  ).join('\n');
}
