import { describe, expect, test } from 'vitest';
import { expectProblem, useApi } from './api.ts';
import { LABELS, MADE_UP } from './fixture.ts';
import { LONGEST, questionsOf, SEVEN_ROWS } from './seven.ts';

const api = useApi({}, SEVEN_ROWS);
const { ask, names } = questionsOf(api);
const any = (...groups: readonly string[]) => groups.map((group) => `any=${encodeURIComponent(group)}`).join('&');
const { vip, cold } = LABELS;

describe('a group of alternatives', () => {
  test.each([
    ['status:blocked', 'DC'],
    ['status:blocked|quality:hot', 'DCA'],
    ['status:blocked,pending|quality:hot', 'EDCA'],
    ['status__in:pending|call_status:failed', 'E'],
    [`labels__id:${vip},${cold}|status:active`, 'CBA'],
    [`campaign_labels__id__in:${cold}`, 'CB'],
    ['status__isnull:true|carrier:Viettel', 'GFA'],
    ['status__isnull:false', 'EDCBA'],
    ['is_test:true|quality__isnull:true', 'GFEB'],
    ['is_test:true|is_test:false', 'GFEDCBA'],
    [`carrier:${LONGEST}|carrier:～`, 'ED'],
    ['other_attributes:city=Hue', 'A'],
    ['other_attributes:city=a\\|b|other_attributes:k:1=x:y', 'DB'],
    ['other_attributes:c=\\\\|other_attributes:c=\\', 'F'],
    ['status:nonsense|quality:hot', 'DA'],
    [`status:,|labels__id:,|labels__id:${MADE_UP}|quality:dead`, 'C'],
    ['status:nonsense', ''],
    ['status:,', ''],
    ['', 'GFEDCBA'],
  ])('%s', async (group, expected) => {
    expect(await names(`${any(group)}&count=exact&page_size=100`)).toBe(expected);
  });

  test('is ANDed with other groups, with filters and with what an employee may see', async () => {
    expect(await names(`${any('status:blocked|status:active', 'quality:hot|is_test:true')}&count=exact`)).toBe('DA');
    expect(await names(`${any('status:blocked|is_test:true')}&status__neq=blocked`)).toBe('GF');
    expect(await names(`${any('status:blocked|is_test:true')}&carrier=Viettel`)).toBe('F');
    expect(await names(`${any('quality:hot|is_test:true')}&labels__id__neq=${vip}&duration=0`)).toBe('GFD');
    expect(await names(`${any('status:active|is_test:true')}&count=exact`, 'employee')).toBe('GA');
    expect(await names(`${any('status:active|is_test:true')}&count=exact`, 'idle')).toBe('');
  });

  test('is kept by the links, and pages through them', async () => {
    const first = await ask(`${any('status:blocked|quality:hot')}&page_size=2`);
    const { pathname, search, searchParams } = new URL(first.json.next);
    expect(searchParams.getAll('any')).toEqual(['status:blocked|quality:hot']);
    const { json } = await api.send({ method: 'GET', path: `${pathname}${search}` });
    expect(json.results.map(({ name }: { name: string }) => name)).toEqual(['A']);
    expect(json.next).toBeNull();
  });

  test.each([
    'blocked',
    ':blocked',
    '|',
    'status:blocked|',
    'statsu:blocked',
    'status__neq:blocked',
    'labels__id__neq:x',
    'duration:5',
    'duration__gt:5',
    'created_at__lt:2026-01-01',
    'search:needle',
    'any:status:blocked',
    'constructor:x',
    'status:',
    'labels__id:x',
    'is_test:yes',
    'status__isnull:1',
    'employee_id:x',
    'other_attributes:city',
    `status:${Array.from({ length: 101 }, (_, index) => index)}`,
    Array.from({ length: 101 }, () => 'is_test:true').join('|'),
  ])('%s is refused', async (group) => {
    const answer = await ask(any('status:active', group));
    expect([answer.status, Object.keys(answer.json.errors)]).toEqual([400, ['any']]);
    expectProblem(answer);
  });

  test('that is refused says what would be right', async () => {
    const said = async (group: string) => (await ask(any(group))).json.errors.any[0];
    expect(await said('statsu:blocked')).toContain("Did you mean 'status'?");
    expect(await said('blocked')).toContain('parameter:value');
  });
});
