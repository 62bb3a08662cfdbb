import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/profile/finding.ts';
import {
  analyzeLayers,
  analyzePermissions,
  analyzeQueries,
  analyzeSerializer,
  diagnose,
  patchPg,
  profileRequest,
} from '../../../src/profile/index.ts';
import { useDatabase } from '../../support/database.ts';
import { queryOf, recordingOf } from '../recordings.ts';

const COUNT = 'select count(*) from member where user_id = $1';
const CALL = 'select * from call where customer_id = $1';
const PLAN = [{ Plan: { 'Node Type': 'Aggregate', Plans: [{ 'Node Type': 'Seq Scan', 'Relation Name': 'member' }] } }];

const finding: Finding = {
  ...{ rule: 'n-plus-one', level: 'error', title: 'N+1 in serializer', detail: '', certainty: 'proved', key: 'k' },
  evidence: [{ queries: [3, 4, 5], shape: null, site: null, figures: {} }],
  remedy: { text: 'batch it', sql: null },
};

/** A request of the described system: permission counts twice, the serializer asks for each row. */
const profile = diagnose(
  recordingOf({
    layers: [
      { name: 'middleware', from: 0, to: 5, within: null },
      { name: 'permission', from: 5, to: 25, within: null },
      { name: 'queryset', from: 25, to: 60, within: null },
      { name: 'serializer', from: 60, to: 100, within: null },
    ],
    queries: [
      queryOf(5, 15, { text: COUNT, layer: 'permission' }),
      queryOf(15, 24, { text: COUNT, layer: 'permission' }),
      queryOf(25, 59, { text: 'select * from customer limit 3', rows: 3, layer: 'queryset' }),
      ...[60, 72, 84].map((at) => queryOf(at, at + 11.5, { text: CALL, layer: 'serializer' })),
      queryOf(99, 100, { text: 'commit', kind: 'transaction' }),
    ],
    statements: 6,
    processor: 8,
  }),
  { findings: [finding], tenant: 'enterprise-ws-1', plans: new Map([[0, PLAN]]) },
);

describe('the described tools', () => {
  test('query analyzer', () => {
    expect(analyzeQueries(profile)).toEqual({
      total_queries: 6,
      total_time_ms: 88.5,
      slowest_queries: [
        { sql: CALL, time_ms: 34.5, count: 3, longest_ms: 11.5 },
        { sql: 'select * from customer limit ?', time_ms: 34, count: 1, longest_ms: 34 },
        { sql: COUNT, time_ms: 19, count: 2, longest_ms: 10 },
      ],
      n_plus_one_detected: true,
    });
  });

  test('permission profiler', () => {
    expect(analyzePermissions(profile)).toEqual({
      permission_time_ms: 20,
      permission_queries: 2,
      count_queries: [COUNT],
      full_table_scans: ['member'],
      redundant_checks: [{ sql: COUNT, count: 2 }],
    });
  });

  test('serializer profiler', () => {
    expect(analyzeSerializer(profile)).toEqual({
      records: 3,
      serialization_time_ms: 40,
      time_per_record_ms: 13.33,
      queries_in_serializer: 3,
      queries_per_record: 1,
      lazy_loads: [{ sql: CALL, count: 3 }],
      n_plus_one_detected: true,
    });
    expect(analyzeSerializer(profile, 0)).toMatchObject({ time_per_record_ms: 0, queries_per_record: 0 });
  });

  test('layer analyzer', () => {
    expect(analyzeLayers(profile)).toEqual({
      request_id: 'profile-1',
      endpoint: '/users/:id',
      workspace_id: 'enterprise-ws-1',
      total_time_ms: 100,
      breakdown: { middleware_time_ms: 5, permission_time_ms: 20, queryset_time_ms: 35, serializer_time_ms: 40 },
      bottleneck_type: 'io',
      bottleneck_layer: 'serializer',
      recommendations: ['N+1 in serializer - batch it'],
    });
  });
});

describe('profileRequest of a server that is not ours', () => {
  const database = useDatabase({ name: 'profile_request', key: '1', build: async () => {} });
  let server: Server;
  let pool: pg.Pool;
  beforeAll(async () => {
    patchPg(pg);
    pool = new pg.Pool({ connectionString: database.url(), max: 2 });
    server = createServer(async (request, response) => {
      const { rows } = await pool.query('select n from generate_series(1, 12) n');
      for (const { n } of rows) await pool.query('select $1::int + 1 as next', [n]);
      response.end(JSON.stringify({ rows: rows.length, url: request.url }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await pool.end();
  });

  test('counts what this process asked of its database meanwhile', async () => {
    const { port } = server.address() as AddressInfo;
    const result = await profileRequest('/things/?a=1', { origin: `http://127.0.0.1:${port}` });
    expect(result).toMatchObject({ query_count: 13, status: 200, n_plus_one_detected: true });
    expect(result.response_time_ms).toBeGreaterThan(result.total_query_time_ms);
    expect(result.profile?.findings.map(({ rule, certainty }) => [rule, certainty])).toEqual([
      ['n-plus-one', 'proved'],
    ]);
  });
});
