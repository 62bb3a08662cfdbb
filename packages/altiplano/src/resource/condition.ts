import type { Condition } from './field.ts';

/** `{ status: 'done' }`, `{ status: ['open', 'done'] }`: what a row has to be to count. */
export function conditionsOf(
  where: Readonly<Partial<Record<string, string | readonly string[]>>>,
): readonly Condition[] {
  return Object.entries(where).flatMap(([column, value]): Condition[] => {
    if (value === undefined) return [];
    return [typeof value === 'string' ? { kind: 'equals', column, value } : { kind: 'in', column, values: value }];
  });
}
