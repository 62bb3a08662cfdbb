import fc from 'fast-check';
import type { Shape } from './shape.ts';
import { anyStep } from './steps.ts';

/** One moment of a history: a statement, a transaction's command, or something of the bitmaps' own life. */
export type Event =
  | { readonly kind: 'change' | 'control'; readonly text: string }
  | { readonly kind: 'copy'; readonly into: string; readonly turn: number }
  | { readonly kind: Upkeep };

export const UPKEEP = ['fold', 'merge', 'rebuild', 'rotate', 'build', 'elsewhere'] as const;
export type Upkeep = (typeof UPKEEP)[number];

const CONTROLS = ['begin', 'begin isolation level repeatable read', 'commit', 'commit', 'rollback'];
const SAVEPOINTS = ['savepoint here', 'rollback to here', 'release here'];

export function anyControl(): fc.Arbitrary<string> {
  return fc.constantFrom(...CONTROLS, ...SAVEPOINTS);
}

/** Changes, transactions around them, and everything that keeps bitmaps going, at any moment. */
export function anyEvent(shape: Shape): fc.Arbitrary<Event> {
  const tables = ['item', ...shape.links.map(({ table }) => table)];
  const cleared = ['truncate item cascade', ...shape.links.map(({ table }) => `truncate ${table}`)];
  const change = fc.oneof(
    { arbitrary: anyStep(shape), weight: 30 },
    { arbitrary: fc.constantFrom(...cleared), weight: 1 },
  );
  return fc.oneof(
    { arbitrary: change.map((text) => ({ kind: 'change' as const, text })), weight: 12 },
    { arbitrary: fc.constant({ kind: 'fold' as const }), weight: 5 },
    { arbitrary: anyControl().map((text) => ({ kind: 'control' as const, text })), weight: 3 },
    { arbitrary: fc.constantFrom(...UPKEEP.slice(1)).map((kind) => ({ kind })), weight: 3 },
    {
      arbitrary: fc.record({ kind: fc.constant('copy' as const), into: fc.constantFrom(...tables), turn: fc.nat(20) }),
      weight: 1,
    },
  );
}
