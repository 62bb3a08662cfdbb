import type { Bitmap } from '../../resource/bitmap.ts';
import { literal, name } from '../../sql/text.ts';
import { atOf, type Shape, typeOf } from './shape.ts';

/** Terms as `altiplano.bounded_term` leaves them alone: 200 bytes hold a name and any of these. */
const SHORT =
  /^(uuid|boolean|smallint|integer|bigint|date|character varying\((\d|[12]\d|30)\)|character\((\d|[12]\d|30)\))$/;

/** The term of a column's value in the row `alias`; a null has one too. */
export function columnTerm(shape: Shape, alias: string, column: string): string {
  const { bitmap, types } = shape;
  const type = typeOf(types, column);
  // Beside terms of other columns its collation would be one too many.
  const reference = column === bitmap.order ? atOf(shape, alias) : `${alias}.${name(column)}`;
  const absent = literal(column);
  if (type === 'boolean')
    return `case ${reference} when true then ${literal(`${column}=true`)} when false then ${literal(`${column}=false`)} else ${absent} end`;
  const term = `${literal(`${column}=`)} || ${reference}${isText(type) ? '' : '::text'}`;
  return `coalesce(${SHORT.test(type) ? term : `altiplano.bounded_term(${term})`}, ${absent})`;
}

function isText(type: string): boolean {
  return type === 'text' || type.startsWith('character');
}

/** Null where the row is deleted; where nothing marks rows so, every one is live. */
export function liveTerm({ bitmap }: Shape, alias: string): string {
  return bitmap.deleted === null ? "'live'" : `case when not ${alias}.${name(bitmap.deleted)} then 'live' end`;
}

/** The column that marks a row as deleted, if one does. */
export function marks({ deleted }: Bitmap): readonly string[] {
  return deleted === null ? [] : [deleted];
}

/** A set-returning call for the terms of a JSON column. */
export function attributeTerms(shape: Shape, alias: string, column: string): string {
  return `altiplano.attribute_terms(${literal(column)}, ${documentOf(shape, alias, column)})`;
}

export function documentOf({ types }: Shape, alias: string, column: string): string {
  return `${alias}.${name(column)}${typeOf(types, column) === 'jsonb' ? '' : '::jsonb'}`;
}

/** What is searched, as one text; null where nothing is. */
export function searchText({ bitmap }: Shape, alias: string): string {
  return bitmap.search
    .map((column) => `coalesce(altiplano.${bitmap.words ? 'words' : 'fold'}(${alias}.${name(column)}), '')`)
    .join(' || chr(31) || ');
}

/** All terms of the row but those of its links and of its text, as one array. */
export function rowTerms(shape: Shape, alias: string): string {
  const { bitmap } = shape;
  const own = [liveTerm(shape, alias), ...bitmap.columns.map((column) => columnTerm(shape, alias, column))];
  const arrays = bitmap.attributes.map((column) => `array(select t from ${attributeTerms(shape, alias, column)} t)`);
  return [`array_remove(array[\n  ${own.join(',\n  ')}\n], null)`, ...arrays].join('\n|| ');
}

/** What two versions of a row are compared by: everything a term, a bin or a trigram is made of. */
export function comparedColumns({ bitmap, types }: Shape, alias: string): readonly string[] {
  const exact = [bitmap.key, ...marks(bitmap), ...bitmap.columns, ...bitmap.ranges, ...bitmap.search];
  return [
    ...[...new Set(exact)].map(
      (column) => `${alias}.${name(column)}${/^json$/.test(typeOf(types, column)) ? '::text' : ''}`,
    ),
    // As texts: 1 and 1.0 are equal numbers and different attributes.
    ...bitmap.attributes.map((column) => `${alias}.${name(column)}::text`),
  ];
}
