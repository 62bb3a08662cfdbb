import { expect, test } from 'vitest';
import type { ListPlan } from '../plan/plan.ts';
import { openScope } from './scope.ts';
import { tryTables } from './tries.ts';

// Found by the walk against the naive twin: 614 rows in a range, 500 of them read in no order, filled the page and
// passed for the answer; 100 rows were skipped.
test('a range try answers only when it holds every row of the range', () => {
  const target: ListPlan['target'] = {
    resource: 'customers',
    schema: 'callbot',
    table: 'customer',
    key: 'id',
    deleted: 'is_deleted',
    tenant: { column: 'workspace_id', value: '00000000-0000-0000-0000-000000000001' },
    order: [
      { column: 'created_at', direction: 'desc', type: 'timestamptz' },
      { column: 'id', direction: 'desc', type: 'uuid' },
    ],
  };
  const path = { kind: 'range', column: 'duration', conditions: [] } as const;
  const page = { scope: openScope({ target }), conditions: [], columns: ['t.id'], rows: 26 };
  const [, end = ''] = tryTables(page, {
    kind: 'tries',
    tries: [{ path, entries: 500 }],
    last: { kind: 'page' },
  });
  expect(end).not.toContain('>= 26');
  expect(end).toContain('<= 500');
});
