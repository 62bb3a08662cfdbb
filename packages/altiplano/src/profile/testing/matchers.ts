import { queryShapes } from './query-snapshot.ts';

/** As much of `expect` of vitest and jest as is used here. */
interface Expect {
  (value: unknown): { toMatchSnapshot(hint?: string): void };
  extend(
    matchers: Record<string, (received: never, hint?: string) => Promise<{ pass: boolean; message(): string }>>,
  ): void;
}

/**
 * Teaches `expect` of vitest or jest `await expect(work).toMatchQuerySnapshot()`. The snapshot is one of theirs: kept where they keep them,
 * updated with `-u`, refused on CI when it is missing.
 */
export function extendExpect(expect: Expect): void {
  expect.extend({
    async toMatchQuerySnapshot(work: never, hint?: string) {
      const shapes = await queryShapes(work);
      // jest tells a hint that is undefined from one that is not given, and refuses it.
      const snapshot = expect(shapes.join('\n'));
      if (hint === undefined) snapshot.toMatchSnapshot();
      else snapshot.toMatchSnapshot(hint);
      return { pass: true, message: () => 'the queries are those of the snapshot; `.not` means nothing here' };
    },
  });
}
