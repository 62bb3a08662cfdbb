/** Characters and bytes of texts, parameters and rows that one recording holds until it is over; what comes behind is hashed at once. */
const MOST_HELD = 8_000_000;
/** So little is always held: of a thousand statements a megabyte. Also what is kept of a text that is not held. */
const LITTLE = 1_000;
/** V8 hashes longer strings by their length alone: a thousand texts of one length in a Map were compared each with each (100 kB each: 48 s). */
const LONGEST_KEY = 16_000;
/** As many of a list as are hashed. */
const MOST_ELEMENTS = 1_000;
const NUMBER = 8;

/** What holds: a recording under way, of whichever copy of this module. */
export interface Holder {
  held: number;
}

/** Whether they all hold so much more; if so, it is counted. */
export function hold(holders: readonly Holder[], size: number): boolean {
  if (size > LITTLE && holders.some(({ held }) => held + size > MOST_HELD)) return false;
  for (const holder of holders) holder.held += size;
  return true;
}

/** What a text is counted by. */
export function keyOf(text: string): string {
  return text.length > LONGEST_KEY ? beginningOf(text) : text;
}

/** A copy, as V8 keeps the whole of what it has a slice of. */
export function beginningOf(text: string): string {
  return text.length > LITTLE ? Buffer.from(text.slice(0, LITTLE), 'utf16le').toString('utf16le') : text;
}

/** As they are now: a program may go on with its arrays. */
export function copyOf(values: readonly unknown[]): readonly unknown[] {
  const copy = values.slice();
  for (let at = 0; at < copy.length; at += 1) {
    const value = copy[at];
    if (Array.isArray(value)) copy[at] = value.slice(0, MOST_ELEMENTS);
  }
  return copy;
}

/** About; of what has more parts than anybody would count, more than there is room for. */
export function sizeOf(values: readonly unknown[]): number {
  let size = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    if (typeof value === 'string') size += value.length;
    else if (typeof value !== 'object' || value === null || value instanceof Date) size += NUMBER;
    else size += sizeOfParts(value);
  }
  return size;
}

function sizeOfParts(whole: object): number {
  let size = 0;
  const left: unknown[] = [whole];
  for (let parts = 0; left.length > 0; parts += 1) {
    if (parts === 2 * MOST_ELEMENTS) return Number.POSITIVE_INFINITY;
    const value = left.pop();
    if (typeof value === 'string') size += value.length;
    else if (typeof value !== 'object' || value === null || value instanceof Date) size += NUMBER;
    else if (ArrayBuffer.isView(value)) size += value.byteLength;
    else left.push(...membersOf(value).slice(0, MOST_ELEMENTS));
  }
  return size;
}

function membersOf(value: object): readonly unknown[] {
  try {
    return Array.isArray(value) ? value : Object.values(value);
  } catch {
    return []; // a getter that throws
  }
}
