import { describeMigrations } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { field } from '../app.ts';

const ROWS = `
insert into field.tenant (id, name) values ('00000000-0000-4000-8000-00000000000a', 'A'), ('00000000-0000-4000-8000-00000000000b', 'B');
insert into field.people (tenant_id, code, name) values ('00000000-0000-4000-8000-00000000000a', 'P', 'Of A')`;

describeMigrations(field, {
  fill: (owner) => owner.query(ROWS),
  own: (bed) => {
    test('no point, entry or report belongs to a person or tenant of another tenant', async () => {
      const owner = bed.owner();
      await owner.query('set search_path to field');
      const other = `'00000000-0000-4000-8000-00000000000b', (select id from people)`;
      const point = `insert into tracking (tenant_id, people_id, identifier, deviceid, receiveddate, latitude, longitude)
        values (${other}, 'trip', 'd', '2026-01-01', 0, 0)`;
      const entry = `insert into journal_entry (tenant_id, user_id, entry_type, privacy_scope, title) values (${other}, 'note', 'team', 't')`;
      for (const text of [point, entry]) await expect(owner.query(text)).rejects.toMatchObject({ code: '23503' });
      await owner.query(point.replace('00b', '00a'));
      await expect(owner.query(point.replace('00b', '00a'))).rejects.toMatchObject({ constraint: 'tracking_point' });
      await owner.query('reset search_path');
    });
  },
});
