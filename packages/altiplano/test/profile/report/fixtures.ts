import type { Finding } from '../../../src/profile/finding.ts';
import type { Profile, ProfiledQuery } from '../../../src/profile/profile.ts';

/** Profiles for tests of what is made of them. */
export function profileWith(changes: Partial<Profile> = {}): Profile {
  return {
    id: 'r1',
    kind: 'request',
    level: 'full',
    at: '2026-01-02T03:04:05.000Z',
    app: null,
    tenant: null,
    user: null,
    request: { framework: 'express', method: 'GET', path: '/users/7', route: '/users/:id', status: 200 },
    total: 20,
    statements: 2,
    rows: 2,
    layers: [],
    bottleneck: { type: 'io', layer: null, shares: { io: 0.7, pool: 0, cpu: 0.2, shared: 0, unexplained: 0.1 } },
    queries: [queryWith({ ordinal: 0, from: 1 }), queryWith({ ordinal: 1, from: 3 })],
    dropped: 0,
    findings: [],
    own: 0.2,
    ...changes,
  };
}

export function queryWith(changes: Partial<ProfiledQuery> = {}): ProfiledQuery {
  return {
    ordinal: 0,
    text: 'select * from users where id = $1',
    fingerprint: 'select * from users where id = ?',
    kind: 'read',
    from: 0,
    pool: 1,
    database: 4,
    decode: 0,
    rows: 1,
    error: null,
    parameters: null,
    layer: null,
    label: null,
    site: { file: 'src/users.js', line: 12, column: 3, function: 'load' },
    verdicts: [],
    plan: null,
    ...changes,
  };
}

export function findingWith(changes: Partial<Finding> = {}): Finding {
  return {
    rule: 'n-plus-one',
    level: 'error',
    title: 'users are read one by one',
    detail: 'The same statement with 2 values in one request.',
    certainty: 'proved',
    evidence: [
      {
        queries: [0, 1],
        shape: 'select * from users where id = ?',
        site: { file: 'src/users.js', line: 12, column: 3, function: 'load' },
        figures: { times: 2, milliseconds: 8 },
      },
    ],
    remedy: { text: 'Read them with one statement: id = any($1).', sql: null },
    key: 'n-plus-one users src/users.js load',
    ...changes,
  };
}
