import type { PlannedFacet } from '../../plan/plan.ts';
import type { Selection } from '../../plan/selection.ts';
import type { Bitmap } from '../../resource/bitmap.ts';
import { ENTERED } from '../entry.ts';
import { ofTenant, type Scope, table } from '../scope.ts';
import { commonTable, indent, literal, name, where } from '../text.ts';
import { currentBits } from './hits.ts';

/** A facet asked for, and how the tables before it know its terms. */
export interface FacetTerms extends PlannedFacet {
  /** Column or link table its terms are named after. */
  readonly about: string;
  /** Column of `hits`, and of `fresh`, that leaves out the facet's own filters. */
  readonly label: string;
  /** Whether it has filters of its own. */
  readonly filtered: boolean;
  /** Whether a term is one of the facet's. */
  readonly belongs: (term: string) => string;
}

export function facetTerms(facets: readonly PlannedFacet[], { groups, excluded }: Selection): readonly FacetTerms[] {
  return facets.map((planned, index) => {
    const { facet } = planned;
    const about = facet.kind === 'column' ? facet.column : facet.link;
    const filtered = [...groups, ...excluded].some((group) => group.about === about);
    const named = (term: string) => `starts_with(${term}, ${literal(`${about}=`)})`;
    return {
      ...planned,
      about,
      filtered,
      label: filtered ? `without_${index + 1}` : 'hit',
      belongs: facet.kind === 'column' ? (term) => `(${term} = ${literal(about)} or ${named(term)})` : named,
    };
  });
}

/** Values a facet may have; beyond, none is counted and the request is refused: 20,000 took a quarter of a second and a reply of megabytes. */
export const MOST_VALUES = 5_000;

/** `facet_1`, `facet_2` …: how many of the rows have each value. */
export function facetTables(scope: Scope, { bitmap }: Selection, facets: readonly FacetTerms[]): readonly string[] {
  return facets.flatMap(({ about, label, facet, domain, belongs }, index) => {
    const column = facet.kind === 'column';
    const few = domain === null ? [`(select f.few from facet_${index + 1}_few f)`] : [];
    const terms = [
      // From `=` to the character after it: the terms of one column lie side by side.
      `b.term >= ${literal(`${about}=`)} and b.term < ${literal(`${about}>`)}`,
      ...(column ? [`b.term = ${literal(about)}`] : []),
    ];
    const settled = terms
      .map((condition) =>
        [
          `select b.segment, b.term, b.bits from ${table(scope, bitmap.name)} b`,
          where([`b.${name(bitmap.tenant)} = ${scope.tenant}`, condition, ENTERED, ...few]),
        ].join('\n'),
      )
      .join('\nunion all\n');
    const counts = [
      `select x.term, bit_count(h.${label} & x.bits) as count`,
      'from (',
      indent(currentBits(settled, [belongs('m.term')])),
      ') x',
      // In this order: the bits of thousands of values are read once, and for each the few hits in memory.
      'cross join lateral (select * from hits h where h.segment = x.segment offset 0) h',
      'union all',
      `select t.term, count(*) from fresh f cross join unnest(f.terms) t (term)`,
      where([`f.${label}`, belongs('t.term')]),
      'group by t.term',
    ].join('\n');
    const summed = [
      'select v.term, sum(v.count) as count',
      'from (',
      indent(counts),
      ') v',
      'group by v.term',
      'having sum(v.count) > 0',
    ];
    return [
      ...(domain === null ? [fewTable(scope, bitmap, about, index + 1)] : []),
      commonTable(`facet_${index + 1}`, summed.join('\n')),
    ];
  });
}

/** Whether a facet over values nobody has listed has few enough: terms lie in order, so no more are looked at. */
function fewTable(scope: Scope, bitmap: Bitmap, about: string, number: number): string {
  const terms = [
    `select b.term from ${table(scope, bitmap.name)} b`,
    where([
      `b.${name(bitmap.tenant)} = ${scope.tenant}`,
      `b.term >= ${literal(`${about}=`)} and b.term < ${literal(`${about}>`)}`,
      ENTERED,
    ]),
    'group by b.term',
    `limit ${MOST_VALUES + 1}`,
  ].join('\n');
  return commonTable(`facet_${number}_few`, `select count(*) <= ${MOST_VALUES} as few\nfrom (\n${indent(terms)}\n) t`);
}

/** One JSON object with a list for each facet, in the order asked for; null when one of them has too many values. */
export function facetColumn(scope: Scope, facets: readonly FacetTerms[]): string {
  if (facets.length === 0) return 'null';
  const lists = facets.map((facet, index) => {
    const few = facet.domain === null ? ` || case when (select f.few from facet_${index + 1}_few f) then '' end` : '';
    const list = `(\n${indent(facetList(scope, facet, index + 1))}\n)`;
    return `${literal(`${index === 0 ? '{' : ','}${JSON.stringify(facet.name)}:[`)} || coalesce(${list}, '') || ']'${few}`;
  });
  return `${lists.join('\n|| ')}\n|| '}'`;
}

function facetList(scope: Scope, { about, facet, domain }: FacetTerms, number: number): string {
  const items =
    facet.kind === 'column'
      ? [
          `select (${valueText(about)})${domain?.type === 'boolean' ? '::boolean' : ''} as value, f.count, f.term`,
          `from facet_${number} f`,
        ]
      : [
          `select substr(f.term, ${about.length + 2}) as value, l.${name(facet.name)} as name, f.count, f.term`,
          `from facet_${number} f`,
          `left join ${table(scope, facet.target)} l on ${[...ofTenant(scope, 'l'), `l.id = substr(f.term, ${about.length + 2})::uuid`].join(' and ')}`,
        ];
  const shown = facet.kind === 'column' ? 'i.value, i.count' : 'i.value, i.count, i.name';
  const ranks =
    domain === null
      ? ''
      : `array_position(array[${domain.values.map((value) => literal(`${about}=${value}`)).join(', ')}], i.term), `;
  return [
    `select string_agg((select row_to_json(o) from (select ${shown}) o)::text, ',' order by i.term = ${literal(about)}, ${ranks}i.term collate "C")`,
    'from (',
    indent(items.join('\n')),
    ') i',
  ].join('\n');
}

/** The empty text is a value too: only the bare name is null. */
function valueText(about: string): string {
  return `case when f.term <> ${literal(about)} then substr(f.term, ${about.length + 2}) end`;
}

/** Where nothing can match, every list is empty. */
export function emptyFacets(facets: readonly PlannedFacet[]): string {
  return facets.length === 0
    ? 'null'
    : literal(`{${facets.map(({ name: label }) => `${JSON.stringify(label)}:[]`).join(',')}}`);
}
