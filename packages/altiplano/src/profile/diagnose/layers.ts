import type { LayerTime } from '../profile.ts';
import type { Interval, LayerRecord, Recording } from '../recording.ts';
import { intersection, lengthOf, union, without } from './intervals.ts';
import { isStatement, timesOf } from './query-times.ts';

/** What is in no layer. */
export const OTHER = 'other';

/**
 * The time of each layer, in the order they began; what ran in several at once counts once in each. What no layer holds is `other`.
 * A layer that ran 25 times at once lasted as long as its slowest run, not 25 times as long.
 */
export function layerTimes({ layers, queries, duration }: Recording): readonly LayerTime[] {
  const names = [...new Set(layers.map(({ name }) => name))].filter((name) => name !== OTHER);
  const clip = clipTo(duration);
  const runs = new Map(names.map((name) => [name, clip(layers.filter((layer) => layer.name === name))] as const));
  const database = clip(queries.flatMap((query) => timesOf(query)?.database ?? []));
  const timed = names.map((name): LayerTime => {
    const intervals = runs.get(name) ?? [];
    const inside = layers.filter(({ name: own, within }) => within === name && own !== name);
    const own = without(intervals, clip(inside));
    return {
      name,
      total: lengthOf(intervals),
      own: lengthOf(own),
      database: lengthOf(intersection(own, database)),
      statements: countIn(queries, (layer) => layer === name),
      intervals,
    };
  });
  const rest = without([{ from: 0, to: duration }], [...runs.values()].flat());
  const stray = countIn(queries, (layer) => layer === null || !runs.has(layer));
  const time = lengthOf(rest);
  if (time === 0 && stray === 0) return timed;
  const databaseOfRest = lengthOf(intersection(rest, database));
  return [
    ...timed,
    { name: OTHER, total: time, own: time, database: databaseOfRest, statements: stray, intervals: rest },
  ];
}

/** Nothing lasts longer than the request: what goes on behind it is not its time. */
function clipTo(duration: number): (intervals: readonly (Interval | LayerRecord)[]) => readonly Interval[] {
  return (intervals) =>
    union(intervals.map(({ from, to }) => ({ from: Math.max(0, from), to: Math.min(duration, to) })));
}

function countIn(queries: Recording['queries'], belongs: (layer: string | null) => boolean): number {
  return queries.filter((query) => isStatement(query) && belongs(query.layer)).length;
}
