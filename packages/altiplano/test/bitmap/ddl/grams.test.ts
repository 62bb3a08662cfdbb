import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withOwner } from '../../../src/execute/owner.ts';
import { useDatabase } from '../../support/database.ts';
import { shelf } from './shelf.ts';

const database = useDatabase(shelf);

const ALPHABET = [...'abcdé€😀'];

function gramsOf(text: string): readonly string[] {
  const characters = [...text];
  return characters.slice(2).map((_, place) => `~${characters.slice(place, place + 3).join('')}`);
}

// Texts are cut at 16,384 and within at 256 characters: lengths around one, the other and both.
const length = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.integer({ min: 250, max: 262 }),
  fc.integer({ min: 16_380, max: 16_390 }),
  fc.integer({ min: 32_764, max: 33_030 }),
);

test('each three characters of a text are a gram, wherever it is cut', async () => {
  await withOwner(database.url(), async (owner) => {
    await fc.assert(
      fc.asyncProperty(length, fc.nat(), async (characters, seed) => {
        const text = Array.from({ length: characters }, (_, n) => ALPHABET[(n * n + seed) % ALPHABET.length]).join('');
        const { rows } = await owner.query<{ grams: readonly string[] }>(
          'select array(select g from altiplano.gram_terms($1) g) as grams',
          [text],
        );
        expect([...(rows[0]?.grams ?? [])].sort()).toEqual([...gramsOf(text)].sort());
      }),
      { numRuns: 25 },
    );
  });
});
