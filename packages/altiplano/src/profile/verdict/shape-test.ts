/** More shapes than a program has; one that makes them up begins anew. */
const MOST = 5_000;

/** Whether shapes match, each looked through once: one of 17 kB takes 15 µs, and comes with every request. */
export function shapeTest(pattern: RegExp): (shape: string) => boolean {
  const known = new Map<string, boolean>();
  return (shape) => {
    const found = known.get(shape);
    if (found !== undefined) return found;
    if (known.size >= MOST) known.clear();
    const matches = pattern.test(shape);
    known.set(shape, matches);
    return matches;
  };
}
