import type { Vocabulary } from './vocabulary.ts';

/** One condition of a request. */
export type Part = readonly [parameter: string, value: string];

/** A request as it is bred: conditions, all AND, who asks, and from where in page order. */
export interface Combination {
  readonly parts: readonly Part[];
  readonly isEmployee: boolean;
  readonly cursor: string | null;
}

export const MOST_TERMS = 12;

/** Uniform in [0, 1). */
export type Random = () => number;

/** Small and repeatable: a search that found something can be run again. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STATUS = ['active', 'inactive', 'blocked', 'pending'];
const QUALITY = ['hot', 'warm', 'cold', 'dead'];
const CALL_STATUS = ['pending', 'calling', 'completed', 'failed'];
const FLAGS = ['true', 'false'];

type Draw = (random: Random) => Part;

function one<T>(random: Random, items: readonly T[]): T {
  const found = items[Math.floor(random() * items.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

/** One to three of them, most often one. */
function some(random: Random, items: readonly string[]): readonly string[] {
  const count = random() < 0.6 ? 1 : random() < 0.7 ? 2 : 3;
  return [...new Set(Array.from({ length: count }, () => one(random, items)))];
}

/** All filter families, each drawn as often as any other. */
function families(words: Vocabulary): readonly Draw[] {
  const listed = (names: readonly string[], items: readonly string[]): Draw => {
    return (random) => [one(random, names), some(random, items).join(',')];
  };
  const plain = (names: readonly string[], items: readonly string[]): Draw => {
    return (random) => [one(random, names), one(random, items)];
  };
  return [
    listed(['status', 'status__neq', 'status__in'], STATUS),
    listed(['quality', 'quality__neq'], QUALITY),
    listed(['call_status', 'call_status__neq'], CALL_STATUS),
    plain(['status__isnull', 'quality__isnull'], FLAGS),
    listed(['carrier'], words.carriers),
    listed(['labels__id', 'campaign_labels__id__in'], words.labels),
    listed(['labels__id__neq'], words.labels),
    plain(['duration__gt', 'duration__gte', 'duration__lt', 'duration__lte'], words.durations),
    plain(['duration', 'duration__neq'], words.durations),
    plain(['other_attributes'], words.attributes),
    plain(['is_test', 'checked'], FLAGS),
    plain(['employee_id'], words.employees),
    plain(['search'], words.texts),
    plain(['created_at__gte', 'created_at__lt'], words.instants),
    (random) => ['any', group(random, words)],
  ];
}

function group(random: Random, words: Vocabulary): string {
  const alternatives: readonly Draw[] = [
    (next) => ['status', some(next, STATUS).join(',')],
    (next) => ['quality', some(next, QUALITY).join(',')],
    (next) => ['call_status', one(next, CALL_STATUS)],
    (next) => ['carrier', one(next, words.carriers)],
    (next) => ['labels__id', some(next, words.labels).join(',')],
    (next) => ['other_attributes', one(next, words.attributes)],
    (next) => ['is_test', one(next, FLAGS)],
    (next) => ['employee_id', one(next, words.employees)],
    () => ['status__isnull', 'true'],
  ];
  const count = 2 + Math.floor(random() * 4);
  return Array.from({ length: count }, () => one(random, alternatives)(random))
    .map(([parameter, value]) => `${parameter}:${value}`.replace(/[\\|]/g, '\\$&'))
    .join('|');
}

/** Attributes and groups count every time they are given, the others once. */
function kept(parts: readonly Part[]): readonly Part[] {
  const last = new Map(
    parts.map((part, place) => [/^(any|other_attributes)$/.test(part[0]) ? `${part[0]} ${place}` : part[0], part]),
  );
  return [...last.values()].slice(0, MOST_TERMS);
}

export interface Breeder {
  draw(): Combination;
  mutate(parent: Combination): Combination;
  cross(one: Combination, other: Combination): Combination;
}

export function openBreeder(words: Vocabulary, random: Random): Breeder {
  const draws = families(words);
  const part = () => one(random, draws)(random);
  const place = () => (random() < 0.6 ? null : one(random, words.cursors));
  return {
    draw: () => ({
      parts: kept(Array.from({ length: 1 + Math.floor(random() * MOST_TERMS) }, part)),
      isEmployee: random() < 0.15,
      cursor: place(),
    }),
    mutate({ parts, isEmployee, cursor }) {
      const at = Math.floor(random() * parts.length);
      const change = random();
      if (change < 0.1) return { parts, isEmployee: !isEmployee, cursor };
      if (change < 0.25) return { parts, isEmployee, cursor: place() };
      if (change < 0.5 && parts.length < MOST_TERMS) return { parts: kept([...parts, part()]), isEmployee, cursor };
      if (change < 0.65 && parts.length > 1) return { parts: parts.toSpliced(at, 1), isEmployee, cursor };
      return { parts: kept(parts.toSpliced(at, 1, part())), isEmployee, cursor };
    },
    cross: (mother, father) => ({
      parts: kept([...mother.parts, ...father.parts].filter(() => random() < 0.5).concat([part()])),
      isEmployee: mother.isEmployee,
      cursor: father.cursor,
    }),
  };
}

export function queryOf({ parts, cursor }: Combination, kind: 'page' | 'count'): string {
  const query = new URLSearchParams();
  for (const [parameter, value] of parts) query.append(parameter, value);
  if (kind === 'count') query.append('count', 'exact');
  // A count is the same wherever the page stands.
  else if (cursor !== null) query.append('cursor', cursor);
  return query.toString();
}
