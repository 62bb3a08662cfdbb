/**
 * sfc32, Chris Doty-Humphrey's small fast counting generator (PractRand, public domain). Only additions,
 * multiplications and square roots follow from it, which IEEE 754 fixes to the bit: the same seed gives the same rows
 * on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream: number) {
    this.#a = mix(seed ^ 0x9e3779b9);
    this.#b = mix(seed + 0x85ebca6b);
    this.#c = mix(stream + 0xc2b2ae35);
    for (let round = 0; round < 12; round++) this.next();
  }

  /** 32 random bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** At least 0, less than 1. */
  unit(): number {
    return this.next() / 4294967296;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A rank from 0 to `ranks` - 1 that follows Zipf's law with exponent 3/4, whose inverse needs square roots only. */
  zipf(ranks: number): number {
    const root = Math.sqrt(Math.sqrt(ranks + 1));
    const position = 1 + this.unit() * (root - 1);
    const squared = position * position;
    return Math.min(ranks - 1, Math.floor(squared * squared) - 1);
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }

  /** One of the values, each as likely as its share of the shares' sum. */
  weighted<Value>(choices: Choices<Value>): Value {
    let point = this.unit() * choices.total;
    for (const [value, share] of choices.shares) {
      point -= share;
      if (point < 0) return value;
    }
    return choices.last;
  }
}

export interface Choices<Value> {
  readonly shares: readonly (readonly [Value, number])[];
  readonly total: number;
  readonly last: Value;
}

export function choices<Value>(...shares: readonly (readonly [Value, number])[]): Choices<Value> {
  const last = shares.at(-1);
  if (!last) throw new RangeError('nothing to choose from');
  return { shares, total: shares.reduce((sum, [, share]) => sum + share, 0), last: last[0] };
}

/** The 32-bit finalizer of MurmurHash3 (Austin Appleby, public domain): every bit of the input moves every bit. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
