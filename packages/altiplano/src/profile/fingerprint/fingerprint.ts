import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { QueryRecord } from '../recording.ts';
import { collapse } from './collapse.ts';
import { kindOfTokens } from './kind.ts';
import { withoutCounters } from './names.ts';
import { print } from './print.ts';
import { scan } from './scan.ts';
import { type Tables, tablesOfTokens } from './tables.ts';

/** What there is to know of a statement by its text alone. */
export interface Described {
  readonly shape: string;
  readonly fingerprint: string;
  readonly kind: QueryRecord['kind'];
  readonly tables: Tables;
  /** It asks for several values in a list, or writes several rows. */
  readonly batch: boolean;
}

/** Programs have hundreds of texts; one that writes values into them has endless ones, which must not fill the memory. */
const described = new LRUCache<string, Described>({
  max: 5_000,
  maxSize: 16_000_000,
  maxEntrySize: 500_000,
  sizeCalculation: (value, text) => text.length + value.shape.length + 1,
});

export function describe(text: string): Described {
  const known = described.get(text);
  if (known !== undefined) return known;
  const collapsed = collapse(scan(text));
  const tokens = withoutCounters(collapsed.tokens);
  while (tokens[tokens.length - 1] === ';') tokens.pop();
  const shape = print(tokens);
  const value: Described = {
    shape,
    fingerprint: hashed(shape),
    kind: kindOfTokens(tokens),
    tables: tablesOfTokens(tokens),
    batch: collapsed.batch,
  };
  described.set(text, value);
  return value;
}

/** As the shape, but lists stay as long as they are: one `?` for each value of the text, in its order. Not cached. */
export function withoutValues(text: string): string {
  return print(scan(text));
}

/** Of the shape: equal for texts that differ in values, lengths of lists, spaces and comments alone. 16 hexadecimal digits. */
export function fingerprint(text: string): string {
  return describe(text).fingerprint;
}

/** The statement with `?` for every value: `select * from users where id in (?)`. Giving it its own shape changes nothing. */
export function shapeOf(text: string): string {
  return describe(text).shape;
}

export function kindOf(text: string): QueryRecord['kind'] {
  return describe(text).kind;
}

export function tablesOf(text: string): Tables {
  return describe(text).tables;
}

function hashed(shape: string): string {
  return createHash('sha256').update(shape).digest('hex').slice(0, 16);
}
