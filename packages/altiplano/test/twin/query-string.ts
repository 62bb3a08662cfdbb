/** The decoded parameters of a raw query string, every name with all its values in the order they came. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

export function parseQueryString(query: string): Parameters {
  const parameters = new Map<string, string[]>();
  // URLSearchParams drops one leading '?'; a second one would be part of the first name.
  for (const [name, value] of new URLSearchParams(`?${query}`)) {
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

export function lastValue(parameters: Parameters, name: string): string | undefined {
  return parameters.get(name)?.at(-1);
}
