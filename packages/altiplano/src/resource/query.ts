/**
 * SQL of an app's own: the parts of a template, and a value for each gap between them. Values are parameters, always; the
 * texts are the app's sources, so there are finitely many and each is prepared once.
 */
export class Query {
  readonly parts: readonly string[];
  readonly values: readonly unknown[];

  constructor(parts: readonly string[], values: readonly unknown[]) {
    this.parts = parts;
    this.values = values;
  }

  get text(): string {
    return this.parts.reduce((text, part, index) => `${text}$${index}${part}`);
  }
}

function template(strings: TemplateStringsArray, ...given: readonly unknown[]): Query {
  const parts = [strings[0] ?? ''];
  const values: unknown[] = [];
  const append = (text: string) => parts.push(`${parts.pop()}${text}`);
  for (const [index, value] of given.entries()) {
    if (value instanceof Query) {
      append(value.parts[0] ?? '');
      parts.push(...value.parts.slice(1));
      values.push(...value.values);
      append(strings[index + 1] ?? '');
    } else {
      values.push(value);
      parts.push(strings[index + 1] ?? '');
    }
  }
  return new Query(parts, values);
}

const NAME = /^[a-z_][a-z0-9_]*$/;
const TYPE = /^[a-z][a-z0-9_ ]*(\(\d+(, ?\d+)?\))?(\[\])?$/;

/**
 * Objects as the rows of a `from`, all of them one parameter: one text whatever their number. Columns are those named here
 * with the type of each; a member that is absent is null.
 */
function rows(alias: string, items: readonly object[], columns: Readonly<Record<string, string>>): Query {
  const named = Object.entries(columns);
  const wrong = [alias, ...named.map(([name]) => name)].find((name) => !NAME.test(name));
  const untyped = named.find(([, type]) => !TYPE.test(type));
  if (wrong !== undefined || untyped !== undefined)
    throw new Error(`no name or type of a row: ${wrong ?? untyped?.[1]}`);
  const texts = items.map((item) => {
    const values = item as Readonly<Record<string, unknown>>;
    const members = named.map(([name, type]) => `${JSON.stringify(name)}:${memberText(values[name], type)}`);
    return `{${members.join(',')}}`;
  });
  const declared = named.map(([name, type]) => `"${name}" ${type}`).join(', ');
  return new Query(['json_to_recordset(', `::json) as ${alias} (${declared})`], [`[${texts.join(',')}]`]);
}

/** A document is its text already. */
function memberText(value: unknown, type: string): string {
  if (value === undefined) return 'null';
  return type.startsWith('json') && typeof value === 'string' ? value : JSON.stringify(value);
}

/** `` sql`select … where id = ${id}` ``; a query in a gap becomes part of the text, anything else a parameter. */
export const sql = Object.assign(template, { rows });
