import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import { emit } from '../../src/sql/emit.ts';
import { customers } from './declaration.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../../../../README.md');

const SOMEBODY = '00000000-0000-4000-8000-000000000001';

test("the README's declaration is this folder's", () => {
  const declaration = read('./declaration.ts');
  expect(readme).toContain(declaration.slice(declaration.indexOf('const {')).trim());
});

test("the README's statement and bound are what the declaration becomes", () => {
  const { request } = parseRequest(
    customers,
    null,
    new URLSearchParams({ workspace_id: SOMEBODY, carrier: 'Viettel' }),
  );
  const plan = planRequest(request, {
    catalog: {
      schema: 'callbot',
      version: 180_000,
      tables: new Map(),
      functions: new Set(),
      rollups: new Map(),
      audited: new Map(),
      bitmaps: new Map(),
      summaries: new Map(),
    },
    identity: {
      table: 'app_user',
      role: 'role',
      attributes: [],
      membership: { table: 'app_user_workspaces', user: 'user_id', tenant: 'workspace_id' },
    },
    caller: { userId: SOMEBODY, role: 'admin', attributes: {} },
  });
  const [, shown = 'no SQL'] = /```sql\n(.*?)\n```/s.exec(readme) ?? [];
  expect(emit(plan).text).toContain(shown);
  const { statements, roundTrips, rows, buffers, open } = plan.bound;
  expect(open.map(({ reason }) => reason)).toEqual([expect.stringContaining('not folded yet')]);
  expect(readme).toContain(
    `{ statements: ${statements}, roundTrips: ${roundTrips}, rows: ${rows}, buffers: ${buffers} }`,
  );
});
