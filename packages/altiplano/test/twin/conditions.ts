/** Takes a value, gives the placeholder that stands for it. */
export type Bind = (value: unknown) => string;

/** One term of a WHERE clause. */
export type Condition = (bind: Bind) => string;

export function oneOf(column: string, values: readonly string[]): Condition {
  return (bind) => `${column} = ANY(${bind(values)}::text[])`;
}

/** A null is none of the values, so its row stays. */
export function noneOf(column: string, values: readonly string[]): Condition {
  return (bind) => `(${column} IS NULL OR ${column} <> ALL(${bind(values)}::text[]))`;
}

export function isNull(column: string, wanted: boolean): Condition {
  return () => `${column} IS ${wanted ? '' : 'NOT '}NULL`;
}

/** `type` is the column's own; comparing as text would turn 10 < 9. */
export function compared(column: string, operator: string, value: unknown, type: string): Condition {
  return (bind) => `${column} ${operator} ${bind(value)}::${type}`;
}

export function negated(condition: Condition): Condition {
  return (bind) => `NOT ${condition(bind)}`;
}

/** The WHERE clause of all conditions together and the values of its placeholders. */
export function whereAll(conditions: readonly Condition[]): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  return { text: conditions.map((condition) => condition(bind)).join(' AND ') || 'TRUE', values };
}
