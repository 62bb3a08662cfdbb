export const UUID = '123e4567-e89b-12d3-a456-426614174000';
export const WRONG_UUIDS = [
  '',
  'x',
  UUID.replaceAll('-', ''),
  `{${UUID}}`,
  `${UUID}0`,
  ` ${UUID}`,
  UUID.replace('1', 'g'),
];
const WRONG_NUMBERS = ['', 'nan', 'NaN', 'inf', 'Infinity', '-inf', '1e999', '0x10', '1,5', ' 5', '1_000', '.', '--1'];
const WRONG_BOOLEANS = ['', 'TRUE', 'True', '1', '0', 'yes', ' true', 'null'];
const WRONG_TIMES = [
  '',
  '2026-02-30',
  '2026-13-01',
  '2026-01-01T24:00',
  '2026-01-01T12:00:60',
  '2026-01-01T12:00:00.1234567',
  '0000-01-01',
  '10000-01-01',
  '2026-01-01T12:00:00+16:00',
  'now',
  'infinity',
  '1767225600',
];
/** `a,b,c` with so many items. */
export const list = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join(',');
export const uuid = (index: number) => UUID.slice(0, -3) + String(index).padStart(3, '0');

const WRONG_SIZES = ['', '0', '-1', '+1', '1.5', '1.0', '1e2', 'ten', '0x1', ' 1', '\uff11'];

/** Values that each parameter refuses (settled details 6 to 15 of the contract). */
export const REFUSED: Readonly<Record<string, readonly string[]>> = {
  page_size: WRONG_SIZES,
  limit: WRONG_SIZES,
  offset: WRONG_SIZES.filter((size) => size !== '0'),
  any: [
    'x',
    '|',
    ':',
    'x:y',
    'status:',
    'status:a|',
    'status__neq:a',
    'search:abc',
    'is_test:1',
    'status:a\0',
    'page:1',
  ],
  facets: ['x', 'name', 'status;quality', 'labels__id', 'a\0', list(101, () => 'status')],
  count: ['', 'maybe', 'EXACT', 'true', '1'],
  _profile: WRONG_BOOLEANS,
  is_test: WRONG_BOOLEANS,
  checked: WRONG_BOOLEANS,
  status__isnull: WRONG_BOOLEANS,
  quality__isnull: WRONG_BOOLEANS,
  duration: WRONG_NUMBERS,
  duration__gt: WRONG_NUMBERS,
  duration__gte: WRONG_NUMBERS,
  duration__lt: WRONG_NUMBERS,
  duration__lte: WRONG_NUMBERS,
  duration__neq: WRONG_NUMBERS,
  employee_id: WRONG_UUIDS,
  // An empty list of labels is no filter.
  labels__id: [...WRONG_UUIDS.slice(1), `${UUID},x`, list(101, uuid)],
  labels__id__neq: [...WRONG_UUIDS.slice(1), list(101, uuid)],
  campaign_labels__id__in: [...WRONG_UUIDS.slice(1), list(101, uuid)],
  created_at__gte: WRONG_TIMES,
  created_at__lt: WRONG_TIMES,
  status: [list(101, (i) => `s${i}`), 'a\0'],
  carrier__in: [list(101, (i) => `c${i}`), '\0'],
  other_attributes: ['', 'city', '=', '=Hanoi', 'a\0=b', 'a=\0'],
  search: ['a', 'ab', '😀😀', 'é', 'abc\0', 'x'.repeat(1_001)],
  cursor: ['', 'x', '\0', 'null', 'eyJ9', 'A'.repeat(10_000), '%', '../..'],
};
