import type { QueryRecord, Recording } from '../../src/profile/recording.ts';

/** A query of ours that ran from `from` to `to`. */
export function queryOf(from: number, to: number, more: Partial<QueryRecord> = {}): QueryRecord {
  return {
    ...{ ordinal: 0, driver: 'pg', text: 'select 1', kind: 'read', rows: 1, error: null },
    ...{ asked: from, acquired: from, answered: to, decoded: to },
    ...{ parametersHash: null, parameterHashes: null, parameters: null, columnHashes: null },
    ...{ connection: null, transaction: null, layer: null, site: null, label: null },
    ...more,
  };
}

export function recordingOf(more: Partial<Recording> = {}): Recording {
  const queries = (more.queries ?? []).map((query, ordinal) => ({ ...query, ordinal }));
  return {
    ...{ id: 'profile-1', kind: 'request', level: 'timings', startedAt: Date.UTC(2026, 10, 28), duration: 100 },
    request: { framework: 'http', method: 'GET', path: '/users/1', route: '/users/:id', status: 200 },
    ...{ statements: queries.length, dropped: 0, texts: new Map(), layers: [] },
    ...{ processor: 0, shared: false, blocked: 0, own: 0 },
    ...more,
    queries,
  };
}
