/** What the conditions of a scan say about the columns of its table, as EXPLAIN prints them. */
export interface ConditionColumns {
  readonly equal: readonly string[];
  readonly ranged: readonly string[];
  /** Conditions on a boolean column alone: what an index can leave out. */
  readonly always: readonly string[];
}

/** The parts that all have to hold: EXPLAIN puts each in parentheses. */
export function conjuncts(condition: string): readonly string[] {
  const text = withoutParentheses(condition.trim());
  const parts = splitAt(text, ' AND ');
  return parts.length === 1 ? [text] : parts.flatMap(conjuncts);
}

function withoutParentheses(text: string): string {
  if (!text.startsWith('(') || endOfGroup(text, 0) !== text.length - 1) return text;
  return withoutParentheses(text.slice(1, -1).trim());
}

function endOfGroup(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (sign === "'" || sign === '"') at = endOfQuoted(text, at);
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** A doubled quote inside closes and opens again, which comes to the same. */
function endOfQuoted(text: string, start: number): number {
  const end = text.indexOf(text[start] ?? '', start + 1);
  return end < 0 ? text.length : end;
}

function splitAt(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "'" || sign === '"') at = endOfQuoted(text, at);
    else if (sign === '(') at = endOfGroup(text, at);
    else if (text.startsWith(separator, at)) {
      parts.push(text.slice(from, at));
      from = at + separator.length;
    }
  }
  return [...parts, text.slice(from)];
}

const NAME = '(?:"((?:[^"]|"")+)"|([a-z_][\\w$]*))';
const COLUMN = `\\(?(?:${NAME}\\.)?${NAME}\\)?(?:::[a-z ]+)?`;
const COMPARED = new RegExp(`^${COLUMN} (=|<=?|>=?) `);
const ALONE = new RegExp(`^(NOT )?(?:${NAME}\\.)?${NAME}$`);

/** Of conditions that are no comparison of one column, alternatives among them, nothing is said: no plain index answers those. */
export function readConditions(conditions: readonly string[], columns: ReadonlySet<string>): ConditionColumns {
  const equal = new Set<string>();
  const ranged = new Set<string>();
  const always = new Set<string>();
  for (const part of conditions.flatMap(conjuncts)) {
    if (splitAt(part, ' OR ').length > 1) continue;
    const [, , , quoted, plain, operator] = COMPARED.exec(part) ?? [];
    const column = nameOf(quoted, plain);
    if (operator !== undefined && columns.has(column)) (operator === '=' ? equal : ranged).add(column);
    const [, not = '', , , quotedAlone, plainAlone] = ALONE.exec(part) ?? [];
    const alone = nameOf(quotedAlone, plainAlone);
    if (columns.has(alone)) always.add(`${not.toLowerCase()}${identifier(alone)}`);
  }
  return { equal: [...equal], ranged: [...ranged].filter((column) => !equal.has(column)), always: [...always] };
}

export interface SortColumn {
  readonly column: string;
  readonly descending: boolean;
}

/** `customer.created_at DESC` as column and direction; null for an expression. */
export function readSortKey(key: string): SortColumn | null {
  const match = new RegExp(`^(?:${NAME}\\.)?${NAME}( DESC)?$`).exec(key);
  return match === null ? null : { column: nameOf(match[3], match[4]), descending: match[5] !== undefined };
}

const nameOf = (quoted: string | undefined, plain: string | undefined): string =>
  quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"');

/** A name as SQL has it: in quotes only where it must be. */
export const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
