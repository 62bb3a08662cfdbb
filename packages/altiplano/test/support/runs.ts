/** This run is on a further PostgreSQL: everything has been, or will be, looked at on the first one in full. */
export const isFurtherServer = process.env.ALTIPLANO_TEST_SCOPE === 'database';

/**
 * How often a property is tried: `ALTIPLANO_RUNS` where it is set, for a long look. A further PostgreSQL gets a third:
 * it can change how a statement runs, which the first few tries show, and nothing of how requests become statements.
 */
export function runsOf(standard: number): number {
  const asked = process.env.ALTIPLANO_RUNS;
  if (asked !== undefined) return Number(asked);
  return isFurtherServer ? Math.ceil(standard / 3) : standard;
}
