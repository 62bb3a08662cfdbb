/** Collects values and hands out their placeholders, each with its type, so that a generic plan knows what it gets. */
export class Parameters {
  readonly values: unknown[] = [];

  bind(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}
