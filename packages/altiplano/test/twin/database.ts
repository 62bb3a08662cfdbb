import type { ClientBase, QueryResultRow } from 'pg';

/** The tables of one schema, read through one connection. */
export class Database {
  readonly #client: ClientBase;
  readonly #schema: string;

  constructor(client: ClientBase, schema: string) {
    this.#client = client;
    this.#schema = schema;
  }

  table(name: string): string {
    return `${quoted(this.#schema)}.${quoted(name)}`;
  }

  async rows<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#client.query<Row>(text, [...values])).rows;
  }

  async row<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row | undefined> {
    return (await this.rows<Row>(text, values))[0];
  }

  /** The only column of the only row, which the statement must name `value` and cast to text. */
  async value(text: string, values: readonly unknown[]): Promise<string> {
    const row = await this.row<{ value: string }>(text, values);
    if (!row) throw new Error('the statement gave no row');
    return row.value;
  }
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
