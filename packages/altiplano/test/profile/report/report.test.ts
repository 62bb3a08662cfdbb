import { expect, test } from 'vitest';
import { htmlReport } from '../../../src/profile/report/html-report.ts';
import { countingFindings, makeReport } from '../../../src/profile/report/report.ts';
import { findingWith, profileWith, queryWith } from './fixtures.ts';

const OPTIONS = {
  program: 'server.js',
  at: new Date('2026-01-02T03:04:05Z'),
  accepted: () => new Map<string, string>(),
};

test('a route is told by its percentiles, statements, union of database time and slowest request', () => {
  const profiles = [
    profileWith({ id: 'a', total: 10 }),
    profileWith({ id: 'b', total: 40, statements: 30 }),
    profileWith({ id: 'c', total: 19, request: null, kind: 'job', queries: [] }),
  ];
  const [users, job, ...rest] = makeReport(profiles, OPTIONS).routes;
  expect(rest).toEqual([]);
  // [2,6] and [4,8] of 10 and of 40: 0.6 and 0.15.
  expect(job).toMatchObject({
    ...{ method: '', route: 'job', requests: 1, errors: 1, databaseShare: 0 },
  });
  expect(users).toMatchObject({
    ...{ method: 'GET', route: '/users/:id', framework: 'express', requests: 2, errors: 0, p50: 10, p95: 40 },
    ...{ statements: { median: 2, most: 30 }, databaseShare: 0.15, bottleneck: 'io' },
    example: { id: 'b' },
  });
});

test('its bottleneck is the usual one, its shares are means', () => {
  const shares = { io: 0.1, pool: 0, cpu: 0.9, shared: 0, unexplained: 0 };
  const busy = profileWith({ id: 'a', bottleneck: { type: 'cpu', layer: null, shares } });
  const profiles = [busy, profileWith({ id: 'b' }), profileWith({ id: 'c' })];
  const [route] = makeReport(profiles, OPTIONS).routes;
  expect(route?.bottleneck).toBe('io');
  expect(route?.shares.io).toBeCloseTo(0.5);
});

test('the same problem in several requests is one finding, shown by the request that has most of it', () => {
  const worse = findingWith({
    title: 'worse',
    evidence: [{ queries: [0, 1, 2], shape: null, site: null, figures: {} }],
  });
  const elsewhere = { framework: 'express', method: 'GET', path: '/', route: '/', status: 200 } as const;
  const profiles = [
    profileWith({ id: 'a', findings: [findingWith()] }),
    profileWith({ id: 'b', findings: [worse], request: elsewhere }),
    profileWith({ id: 'c', findings: [findingWith({ key: 'other', level: 'warning' })] }),
    profileWith({ id: 'd', findings: [findingWith({ key: 'hint', level: 'info' })] }),
  ];
  const accepted = () => new Map([['other', 'known']]);
  const report = makeReport(profiles, { ...OPTIONS, accepted });
  expect(report.findings).toMatchObject([
    { title: 'worse', routes: ['GET /', 'GET /users/:id'], requests: 2, accepted: null },
    { key: 'hint', level: 'info', accepted: null },
    { key: 'other', accepted: 'known' },
  ]);
  expect(countingFindings(report).map(({ title }) => title)).toEqual(['worse']);
});

test('the page needs nothing from elsewhere and no text of a query becomes markup', () => {
  const evil = '<script>alert(1)</script> "&\'';
  const query = queryWith({
    text: evil,
    site: { file: evil, line: 1, column: 1, function: evil },
    verdicts: ['duplicate'],
  });
  const finding = findingWith({ title: evil, detail: evil, key: evil, remedy: { text: evil, sql: evil } });
  const report = makeReport([profileWith({ queries: [query], findings: [finding] })], { ...OPTIONS, program: evil });
  const page = htmlReport(report);
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&#39;');
  expect(page).not.toMatch(/\b(src|href)=|url\(|@import|https?:/);
  expect(page).toContain("default-src 'none'");
});

test('values that a library wrote into a statement are not in a report', () => {
  const text = "select * from users where email = 'ada@mail.example' and age > 36789";
  const report = makeReport([profileWith({ queries: [queryWith({ text, parameters: ['secret'] })] })], OPTIONS);
  const printed = JSON.stringify(report) + htmlReport(report);
  for (const value of ['ada@', '36789', 'secret']) expect(printed).not.toContain(value);
  expect(report.routes[0]?.example.queries[0]?.text).toBe('select * from users where email = ? and age > ?');
});

test('a request of thousands of queries makes no page of megabytes', () => {
  const queries = Array.from({ length: 5000 }, (_, ordinal) =>
    queryWith({ ordinal, text: `select ${'x'.repeat(1000)}` }),
  );
  const page = htmlReport(makeReport([profileWith({ queries })], OPTIONS));
  expect(page.length).toBeLessThan(100_000);
  expect(page).toContain('and 4940 more queries');
});

test('nothing recorded is said, not shown as an empty table', () => {
  const page = htmlReport(makeReport([], OPTIONS));
  expect(page).toContain('No request was recorded.');
  expect(page).not.toContain('<table>');
});
