import { type Filter, isMeasure } from '../resource/filter.ts';
import type { Resource } from '../resource/resource.ts';
import type { Term } from './request.ts';
import { suggest } from './suggest.ts';
import { readTerm } from './terms.ts';
import { isMessage, type Reading, shorten } from './values.ts';

/** Of all groups of a request, every value of a list counted: as many as one list may hold. */
export const MOST_ALTERNATIVES = 100;

export interface Group {
  readonly terms: readonly Term[];
  /** How many alternatives count towards {@link MOST_ALTERNATIVES}. */
  readonly count: number;
}

/** Filters that may stand in a group of alternatives: those that say what a row has, and can be counted by value. */
export function groupedFilters(resource: Resource): readonly string[] {
  return Object.entries(resource.filters).flatMap(([parameter, filter]) => (isGrouped(filter) ? [parameter] : []));
}

function isGrouped(filter: Filter): boolean {
  switch (filter.kind) {
    case 'values':
      return !filter.negated && !isMeasure(filter.type);
    case 'linked':
      // Which terms a text stands for, only the statement knows.
      return !filter.negated && filter.by === undefined;
    case 'null':
    case 'attribute':
      return true;
    case 'compare':
    case 'search':
      return false;
  }
}

/**
 * `status:blocked|quality:dead`: each alternative is a parameter, a colon and what the parameter would be given. `\|` is a bar
 * in a value and `\\` a backslash: percent-encoding is gone before this is read. Nothing is no group.
 */
export function readGroup(resource: Resource, text: string): Reading<Group | null> {
  if (text === '') return { value: null };
  const read: Alternative[] = [];
  for (const alternative of alternatives(text)) {
    const reading = readAlternative(resource, alternative);
    if (isMessage(reading)) return { message: `'${shorten(alternative)}': ${reading.message}` };
    read.push(reading.value);
  }
  return { value: { terms: read.map(({ term }) => term), count: read.reduce((sum, { count }) => sum + count, 0) } };
}

/** NUL was refused before, so it can stand for a `|` that separates. */
function alternatives(text: string): readonly string[] {
  return text.replace(/\\([\\|])|\|/g, (_, kept?: string) => kept ?? '\0').split('\0');
}

function readAlternative(resource: Resource, text: string): Reading<Alternative> {
  const known = groupedFilters(resource);
  const [example = 'status'] = known;
  const at = text.indexOf(':');
  if (at < 1)
    return {
      message: `Must be parameter:value, such as ${example}:…; alternatives are separated by |, and a | in a value is written \\|.`,
    };
  const parameter = text.slice(0, at);
  const filter = known.includes(parameter) ? resource.filters[parameter] : undefined;
  if (filter === undefined) return { message: `Not a filter of alternatives. ${suggest(parameter, known)}` };
  const reading = readTerm(filter, text.slice(at + 1));
  if (isMessage(reading)) return reading;
  if (reading.value === null) return { message: 'Needs a value after the colon.' };
  return positive(resource, reading.value);
}

interface Alternative {
  readonly term: Term;
  /** How many it counts for: a list of values is one for each. */
  readonly count: number;
}

/** Not null is, of a column whose values are known, one of them; of others it could only be said by exclusion. */
function positive({ domains }: Resource, term: Term): Reading<Alternative> {
  if (term.kind === 'linked') return { value: { term, count: Math.max(1, term.ids.length) } };
  if (term.kind !== 'values') return { value: { term, count: 1 } };
  if (!term.complement) return { value: { term, count: Math.max(1, term.values.length) } };
  const domain = domains[term.column];
  if (domain === undefined) return { message: 'Must be true: in alternatives only what is null can be asked for.' };
  return { value: { term: { ...term, type: domain.type, values: domain.values, complement: false }, count: 1 } };
}
