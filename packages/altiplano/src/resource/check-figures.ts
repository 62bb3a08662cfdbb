import { Failure } from '../errors/failure.ts';
import type { AggregateField, Field, FirstField, Source } from './field.ts';
import { allFields, type Resource } from './resource.ts';

type Figure = { readonly path: string; readonly field: AggregateField | FirstField };

/**
 * What figures over children must be to be computed and kept under one name each.
 * @throws DECL_INVALID
 */
export function checkFigures(resource: Resource): void {
  const found = Object.entries(allFields(resource)).flatMap(([name, field]) => figures(field, [name]));
  for (const { path, field } of found) {
    const same = found.find((other) => other.path === path && other.field !== field);
    if (same !== undefined)
      refuse(resource, `has two figures whose paths become the column ${path}`, 'Rename one of them.');
    if (RESERVED.has(path))
      refuse(resource, `calls a figure ${path}`, `A rollup has a column of that name: ${[...RESERVED].join(', ')}.`);
    if (field.kind === 'aggregate' && field.where.filter(isTimed).length > 1)
      refuse(
        resource,
        `limits ${path} by two times`,
        'Give a figure one of withinDays and month: cells of time are kept for one.',
      );
  }
  const numbered = found.find(({ field }) => field.source.rollup !== undefined);
  if (resource.keyType !== 'uuid' && numbered !== undefined)
    refuse(
      resource,
      `keeps ${numbered.path} in a rollup, of rows whose key is a ${resource.keyType}`,
      'Leave the `rollup` out: rollups are folded by uuids, figures over few children can be counted.',
    );
  const sources = new Map<string, string>();
  for (const { source } of found.map(({ field }) => field)) {
    if (source.rollup === undefined) continue;
    const known = sources.get(source.rollup) ?? textOf(source);
    if (known !== textOf(source))
      refuse(resource, `keeps two sources of children in ${source.rollup}`, 'Give each source a rollup of its own.');
    sources.set(source.rollup, known);
  }
}

const RESERVED: ReadonlySet<string> = new Set([
  'rows',
  'unfolded',
  'floor',
  'folded',
  'writer',
  'at',
  'generation',
  'live',
]);

const isTimed = ({ kind }: AggregateField['where'][number]) => kind === 'within' || kind === 'month';

const textOf = ({ table, parent, deleted }: Source) => `${table}.${parent}, deleted by ${deleted ?? 'nothing'}`;

function figures(field: Field, path: readonly string[]): readonly Figure[] {
  if (field.kind === 'object')
    return Object.entries(field.fields).flatMap(([name, inner]) => figures(inner, [...path, name]));
  return field.kind === 'aggregate' || field.kind === 'first' ? [{ path: path.join('_'), field }] : [];
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
