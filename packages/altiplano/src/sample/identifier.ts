import { mix } from './random.ts';

const HEXADECIMAL = Array.from({ length: 65536 }, (_, value) => value.toString(16).padStart(4, '0'));

/**
 * For the kinds of rows an app has, in an order that stays: the id of the row `index` of a kind, shaped like a version 4 uuid: computed, not drawn, so that a child finds its
 * parent's id without keeping millions of them. The first word maps the index one to one, so no two of a kind collide.
 */
export const identifiersOf =
  <Kind extends string>(...kinds: readonly Kind[]) =>
  (seed: number, kind: Kind): ((index: number) => string) =>
    identifiersOfKind(seed, kinds.indexOf(kind) + 1);

function identifiersOfKind(seed: number, kind: number): (index: number) => string {
  const key = mix(mix(seed) ^ Math.imul(kind, 0x9e3779b1));
  const first = mix(key ^ 0x243f6a88);
  const second = mix(key ^ 0x85a308d3);
  const third = mix(key ^ 0x13198a2e);
  const fourth = mix(key ^ 0x03707344);
  return (index) => {
    const one = mix(mix(index ^ first) + second);
    const two = mix(one ^ second);
    const three = mix(mix(index + third) ^ one);
    const four = mix(mix(index ^ fourth) + three);
    return (
      `${four16(one >>> 16)}${four16(one)}-${four16(two >>> 16)}-${four16((two & 0x0fff) | 0x4000)}-` +
      `${four16(((three >>> 16) & 0x3fff) | 0x8000)}-${four16(three)}${four16(four >>> 16)}${four16(four)}`
    );
  };
}

function four16(word: number): string {
  return HEXADECIMAL[word & 0xffff] ?? '';
}
