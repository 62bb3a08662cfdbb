import { describe, expect, test } from 'vitest';
import { openContent } from './content.ts';
import { AUTHORS, OURS, type Person, SCOPES } from './fixture.ts';
import { useField } from './server.ts';

const api = useField();
const READERS = ['wendy', 'will', 'sue', 'carl', 'stranger'] as const;
const TEXT = 'Nobody but who may read it.';

/** The contract in a line: own entries; the team's; the managers' for who is one; the rest is the author's alone. */
function sees(reader: Person, author: Person, scope: (typeof SCOPES)[number]): boolean {
  if (reader === author) return true;
  if (reader === 'stranger') return false;
  return scope === 'team' || (scope === 'manager' && (reader === 'sue' || reader === 'carl'));
}

/** One entry of each author and scope, written by its author. */
const ids = new Map<string, number>();
test('everybody writes one entry of each scope', async () => {
  for (const author of AUTHORS) {
    for (const scope of SCOPES) {
      const body = { entry_type: 'note', privacy_scope: scope, title: `Of ${author}: ${scope}`, content: TEXT };
      const made = await api.send({ as: author, method: 'POST', path: '/api/journal/', body });
      expect(made.status, made.text).toBe(201);
      ids.set(`${author} ${scope}`, made.json.id);
    }
  }
});

const idOf = (author: Person, scope: string) => ids.get(`${author} ${scope}`);

describe.each(READERS)('%s', (reader) => {
  test.each(SCOPES)('sees, finds and counts the entries of scope %s that are for them', async (scope) => {
    const wanted = AUTHORS.filter((author) => sees(reader, author, scope)).map((author) => idOf(author, scope));
    for (const query of [`privacy_scope=${scope}`, `search=${scope}`]) {
      const { json } = await api.send({ as: reader, path: `/api/journal/?${query}` });
      const found = json.results.map(({ id }: { readonly id: number }) => id);
      expect(found.sort(), query).toEqual([...wanted].sort());
    }
    for (const author of AUTHORS) {
      const mine = await api.send({
        as: reader,
        path: `/api/journal/?user_id=${AUTHORS.indexOf(author) + 1}&privacy_scope=${scope}`,
      });
      expect(mine.json.results).toHaveLength(sees(reader, author, scope) ? 1 : 0);
      const detail = await api.send({ as: reader, path: `/api/journal/${idOf(author, scope)}/` });
      expect(detail.status).toBe(sees(reader, author, scope) ? 200 : 404);
      if (detail.status === 200) expect(detail.json.content).toBe(TEXT);
    }
  });

  test('changes and deletes nothing but their own', async () => {
    for (const author of AUTHORS) {
      if (author === reader) continue;
      for (const scope of SCOPES) {
        const path = `/api/journal/${idOf(author, scope)}/`;
        const status = sees(reader, author, scope) ? 403 : 404;
        for (const sent of [{ method: 'PATCH', body: { title: 'Mine now' } }, { method: 'DELETE' }]) {
          expect((await api.send({ as: reader, path, ...sent })).status, `${sent.method} ${author} ${scope}`).toBe(
            status,
          );
        }
      }
    }
  });
});

describe('content', () => {
  test('is ciphertext in the table, and in no list', async () => {
    const { rows } = await api.owner().query('select id, content, t::text as whole from field.journal_entry t');
    expect(rows.length).toBe(16);
    for (const { id, content, whole } of rows) {
      expect(whole).not.toContain(TEXT.slice(0, 6));
      expect(openContent(content, { id: String(id), tenant: OURS })).toBe(TEXT);
    }
    const { text } = await api.send({ as: 'sue', path: '/api/journal/' });
    expect(text).not.toContain('content');
    expect(text).not.toContain('v1.');
  });

  test('moved to another row or tampered with opens no more', async () => {
    const [mine, other] = [idOf('wendy', 'team'), idOf('wendy', 'private')];
    // Bound to their rows once they were changed.
    for (const id of [mine, other])
      await api.send({ as: 'wendy', method: 'PATCH', path: `/api/journal/${id}/`, body: { content: TEXT } });
    const owner = api.owner();
    const swap = `update field.journal_entry set content = (select content from field.journal_entry where id = $2) where id = $1`;
    await owner.query('begin');
    await owner.query(swap, [mine, other]);
    await owner.query('commit');
    const moved = await api.send({ as: 'wendy', path: `/api/journal/${mine}/` });
    expect(moved).toMatchObject({ status: 500, json: { code: 'ENCRYPTION_DAMAGED' } });
    expect(moved.text).not.toContain(TEXT.slice(0, 6));
    const listed = await api.send({ as: 'wendy', path: `/api/journal/?user_id=1` });
    expect(listed.status).toBe(200);
  });
});
