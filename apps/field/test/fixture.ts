/** A small world for conversations: one of everything, and of each kind one that must stay out of sight. */
export const OURS = '00000000-0000-4000-8000-00000000000a';
export const THEIRS = '00000000-0000-4000-8000-00000000000b';

export const PEOPLE = { wendy: '1', will: '2', sue: '3', carl: '4', ian: '5', stranger: '9' } as const;
export type Person = keyof typeof PEOPLE;

export const SCOPES = ['private', 'manager', 'team', 'aggregate'] as const;
export const AUTHORS = ['wendy', 'will', 'sue', 'carl'] as const;
export const FOREIGN_POINT = 999;

/** Everything but the journal, whose content is not for SQL to write. */
export const ROWS = `
insert into field.tenant (id, name) values ('${OURS}', 'Ours'), ('${THEIRS}', 'Theirs');
insert into field.people (id, tenant_id, code, name, email, mobile, department, is_active, role) overriding system value values
  (1, '${OURS}', 'W-1', 'Wendy Åkesson', 'wendy@ours.example', '+91 1', 'Security', true, 'worker'),
  (2, '${OURS}', 'W-2', 'Will', null, null, null, true, 'worker'),
  (3, '${OURS}', 'S-1', 'Sue', 'sue@ours.example', null, 'Front desk', true, 'supervisor'),
  (4, '${OURS}', 'C-1', 'carl', 'carl@ours.example', null, null, true, 'counsellor'),
  (5, '${OURS}', 'W-3', 'Ian', 'ian@ours.example', null, null, false, 'worker'),
  (9, '${THEIRS}', 'S-1', 'Stranger', 'stranger@theirs.example', null, null, true, 'supervisor');
insert into field.tracking
  (id, tenant_id, people_id, identifier, deviceid, receiveddate, latitude, longitude, accuracy, payload)
overriding system value values
  (101, '${OURS}', 1, 'trip', 'dev-1', '2026-10-01 08:00:00.000001+00', 12.9716, 77.5946, 4.5, '{"battery": 87, "odometer": 12345678901234567890.250}'),
  (102, '${OURS}', 1, 'site', 'dev-1', '2026-10-01 08:05:00+00', 12.972, -77.5, null, '{}'),
  (103, '${OURS}', 2, 'conveyance', 'dev-2', '2026-10-01 08:05:00+00', 0, 0, 0, '[]'),
  (104, '${OURS}', 2, 'trip', 'dev-2', '2026-10-02 08:00:00+00', -90, 180, 12, '{"note": null}'),
  (${FOREIGN_POINT}, '${THEIRS}', 9, 'trip', 'dev-1', '2026-10-01 08:00:00.000001+00', 1, 1, null, '{}');
insert into field.wellness_report
  (id, tenant_id, period_start, period_end, people, entries, average_mood, average_stress, at_risk, created_at)
overriding system value values
  (201, '${OURS}', '2026-08-01', '2026-08-31', 4, 12, 6.5, 3, 1, '2026-09-01 00:00:00+00'),
  (202, '${OURS}', '2026-09-01', '2026-09-30', 4, 0, null, null, 0, '2026-10-01 00:00:00+00'),
  (209, '${THEIRS}', '2026-09-01', '2026-09-30', 1, 1, 10, 1, 0, '2026-10-01 00:00:00+00');
`;
