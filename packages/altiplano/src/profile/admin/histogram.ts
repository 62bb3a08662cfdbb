/** A bucket is 10 % wider than the one before: a percentile is off by that at most. */
const GROWTH = Math.log(1.1);
const SMALLEST = 0.05;
/** Up to about two minutes. */
const BUCKETS = 156;

/** Durations in milliseconds in as many bytes however many there are. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #most = 0;

  get total(): number {
    return this.#total;
  }

  add(milliseconds: number): void {
    const bucket = milliseconds <= SMALLEST ? 0 : Math.ceil(Math.log(milliseconds / SMALLEST) / GROWTH);
    const at = Math.min(BUCKETS - 1, bucket);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total += 1;
    this.#most = Math.max(this.#most, milliseconds);
  }

  merge(other: Histogram): void {
    for (let at = 0; at < BUCKETS; at++) this.#counts[at] = (this.#counts[at] ?? 0) + (other.#counts[at] ?? 0);
    this.#total += other.#total;
    this.#most = Math.max(this.#most, other.#most);
  }

  /** The upper end of the bucket it lies in, and never more than the longest; 0 of nothing. */
  percentile(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (let at = 0; at < BUCKETS; at++) {
      left -= this.#counts[at] ?? 0;
      if (left <= 0 && this.#total > 0) return Math.min(this.#most, SMALLEST * Math.exp(GROWTH * at));
    }
    return this.#most;
  }
}
