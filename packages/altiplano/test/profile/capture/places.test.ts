import { expect, it } from 'vitest';
import { record, startQuery } from '../../../src/profile/scope.ts';
import { findVerdicts } from '../../../src/profile/verdict/verdicts.ts';

/** What applications put around their driver: all they ask for goes through one line, or through two. */
function query(text: string, values: readonly unknown[], rows: readonly object[] = []): void {
  startQuery({ driver: 'pg', text, values })?.ends({ rows: rows.length, data: rows });
}
function one(text: string, id: number): void {
  query(text, [id]);
}
const loadAuthor = (id: number) => one('select * from authors where id = $1', id);
const loadTag = (id: number) => query('select * from tags where id = $1', [id]);
const loadPost = (id: number) => one('select * from posts where id = $1', id);
function listNotes(filters: readonly string[]): void {
  query(`select * from notes where a = $1${filters.map((name) => ` and ${name}`).join('')}`, [1]);
}
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

it('a function that asks for everything is no place: its callers are', async () => {
  const { recording } = await record('test', () => EIGHT.flatMap((id) => [loadAuthor(id), loadTag(id), loadPost(id)]), {
    level: 'full',
  });
  const names = recording.queries.slice(0, 3).map(({ site }) => site?.function);
  expect(names).toEqual(['loadAuthor', 'loadTag', 'loadPost']);
  expect(new Set(findVerdicts(recording).map(({ key }) => key.split('#')[1]))).toEqual(new Set(names));
});

it('is so in every recording behind, and below full', async () => {
  const { recording } = await record('test', () => EIGHT.map(loadTag), { level: 'stacks' });
  expect(recording.queries.map(({ site }) => site?.function)).toEqual([undefined, ...Array(7).fill('loadTag')]);
});

it('a function that asks for one thing in several ways is the place itself', async () => {
  const direct = (text: string) => startQuery({ driver: 'pg', text, values: [1] })?.ends({ rows: 0 });
  const list = (more: string) => direct(`select * from notes where a = $1 ${more}`);
  const { recording } = await record('test', () => [list(''), list('and b'), list('and c')], { level: 'full' });
  expect(recording.queries.map(({ site }) => site?.function)).toEqual(['direct', 'direct', 'direct']);
});

it('and below one that asks for everything, the one above it is', async () => {
  const { recording } = await record('test', () => [listNotes([]), listNotes(['b'])], { level: 'full' });
  expect(recording.queries.map(({ site }) => site?.function)).toEqual(['listNotes', 'listNotes']);
});
