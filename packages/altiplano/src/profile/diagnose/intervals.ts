import type { Interval } from '../recording.ts';

/** The same instants in order, each once: what overlaps or touches becomes one. What ends before it begins is none. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const joined: Interval[] = [];
  const ordered = intervals.filter(({ from, to }) => to > from).sort((one, other) => one.from - other.from);
  for (const { from, to } of ordered) {
    const last = joined.at(-1);
    if (last === undefined || from > last.to) joined.push({ from, to });
    else if (to > last.to) joined[joined.length - 1] = { from: last.from, to };
  }
  return joined;
}

/** How long they last together; overlapping ones count once. */
export function lengthOf(intervals: readonly Interval[]): number {
  return union(intervals).reduce((sum, { from, to }) => sum + (to - from), 0);
}

/** What lies in both. */
export function intersection(some: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  const [left, right] = [union(some), union(others)];
  const both: Interval[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const [one, other] = [left[i] as Interval, right[j] as Interval];
    const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
    if (to > from) both.push({ from, to });
    if (one.to < other.to) i++;
    else j++;
  }
  return both;
}

/** What lies in the first and in none of the others. */
export function without(some: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  const left: Interval[] = [];
  const holes = union(others);
  for (const { from, to } of union(some)) {
    let at = from;
    for (const hole of holes) {
      if (hole.to <= at) continue;
      if (hole.from >= to) break;
      if (hole.from > at) left.push({ from: at, to: hole.from });
      at = Math.min(to, hole.to);
    }
    if (at < to) left.push({ from: at, to });
  }
  return left;
}
