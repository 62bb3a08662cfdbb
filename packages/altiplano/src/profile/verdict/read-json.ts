import { distance } from 'fastest-levenshtein';

/** What is wrong in a file somebody wrote, all of it at once, each with its place: `allow[0].until: …`. */
export class Complaints {
  readonly #lines: string[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  add(place: string, complaint: string): void {
    this.#lines.push(place === '' ? complaint : `${place}: ${complaint}`);
  }

  /** @throws Error that names every one */
  throwIfAny(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines.map((line) => `  ${line}`).join('\n');
    throw new Error(`${this.#name} cannot be used:\n${lines}`);
  }
}

/** @throws Error where the text is no JSON */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Members that mean nothing, with the nearest that does. */
export function complainOfOthers(value: object, known: readonly string[], place: string, complaints: Complaints): void {
  for (const member of Object.keys(value)) {
    if (known.includes(member)) continue;
    complaints.add(place, `“${member}” means nothing here${nearest(member, known)}`);
  }
}

export function nearest(word: string, known: readonly string[]): string {
  const [best] = [...known].sort((a, b) => distance(word, a) - distance(word, b));
  const near = best !== undefined && distance(word, best) <= Math.max(2, word.length / 3);
  return near ? `; did you mean “${best}”?` : `; it may be one of ${known.join(', ')}`;
}
