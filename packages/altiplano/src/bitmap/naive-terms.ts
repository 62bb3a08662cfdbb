import { rowsOf } from '../keep/rows-of.ts';
import { literal, name as quoted } from '../sql/text.ts';
import type { RegisteredBitmap } from './registry.ts';

/**
 * The terms of row `c`, spelled out from the declaration and not from what triggers and builds are made of: `(term)` rows
 * as SQL. Only the folding of texts, their stretches of three and the bound of a term are the engine's. A term may come
 * more than once.
 */
export function naiveTerms({ schema, definition }: RegisteredBitmap): string {
  const { columns, attributes, links, search, words = false, deleted, tenant, key, order, orderType } = definition;
  // Terms of several collations could not be told apart.
  const column = (one: string) =>
    one === order && orderType === 'text' ? `(c.${quoted(one)} collate "C")` : `c.${quoted(one)}`;
  const parts = [
    `select 'live' where ${deleted === null ? 'true' : `not ${column(deleted)}`}`,
    ...columns.map(
      (one) =>
        `select altiplano.bounded_term(case when ${column(one)} is null then ${literal(one)} else ${literal(`${one}=`)} || ${column(one)}::text end)`,
    ),
    ...attributes.map(
      (
        one,
      ) => `select altiplano.bounded_term(${literal(`${one}.`)} || char_length(a.key) || '.' || a.key || '=' || a.value)
from jsonb_each_text(case when jsonb_typeof(${column(one)}::jsonb) = 'object' then ${column(one)}::jsonb end) a where a.value is not null`,
    ),
    ...links.map(
      ({ link, parent, target }) => `select altiplano.bounded_term(${literal(`${link}=`)} || l.${quoted(target)}::text)
from ${rowsOf(definition, `${quoted(schema)}.${quoted(link)}`, 'l')} where l.${quoted(tenant)} = $1 and l.${quoted(parent)} = ${column(key)}`,
    ),
    ...(search.length === 0 ? [] : [`select altiplano.gram_terms(${searchText(search, words)})`]),
  ];
  return parts.join('\nunion all\n');
}

function searchText(search: readonly string[], words: boolean): string {
  const read = words ? 'words' : 'fold';
  return search.map((one) => `coalesce(altiplano.${read}(c.${quoted(one)}), '')`).join(' || chr(31) || ');
}

/** What an entry of the tail takes away and adds, as `(term, sign)` rows of entry `d`. */
export function entryTerms({ definition }: RegisteredBitmap): string {
  const parts = [
    'select unnest(d.minus), -1',
    'select unnest(d.plus), 1',
    ...(definition.search.length === 0
      ? []
      : [
          'select g.term, -1 from (select distinct altiplano.gram_terms(d.old_text)) g (term)',
          'select g.term, 1 from (select distinct altiplano.gram_terms(d.new_text)) g (term)',
        ]),
  ];
  return parts.join('\nunion all\n');
}
