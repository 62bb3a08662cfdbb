/** Where two answers differ first, as a path and both values; null when they are the same. Key order does not count. */
export function difference(one: unknown, other: unknown, path = ''): string | null {
  if (typeof one === 'string' && typeof other === 'string' && instant(one) === instant(other)) return null;
  if (!isObject(one) || !isObject(other))
    return Object.is(one, other) ? null : `${path}: ${show(one)}, not ${show(other)}`;
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const found = difference(one[key], other[key], `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null;

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/** Of a time, without the spelling of UTC and of trailing zeros; any other text is itself. */
function instant(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)$/.exec(text);
  return parts === null ? text : `${parts[1]}.${(parts[2] ?? '').padEnd(6, '0')}`;
}
