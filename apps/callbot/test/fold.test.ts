import { connectOwner, type OwnerClient } from 'altiplano';
import { ENGINE, migrate, withOwner } from 'altiplano/testing';
import { fold } from 'altiplano/twin';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

/** Locales differ in what their `lower` does; what a search finds must not. */
const LOCALES = {
  'as the server has it': '',
  C: `locale_provider libc locale 'C'`,
  'Turkish by ICU': `locale_provider icu icu_locale 'tr-TR' locale 'C'`,
  'root by ICU': `locale_provider icu icu_locale 'und' locale 'C'`,
} as const;

/** Without U+0000, the surrogates and what this Node.js has not heard of yet. */
const CHARACTERS = Array.from({ length: 0x20000 }, (_, code) => code)
  .filter((code) => code > 0 && (code < 0xd800 || code > 0xdfff))
  .map((code) => String.fromCodePoint(code))
  .filter((character) => !/\p{Unassigned}/u.test(character));

const CONTEXT = [
  'ΣΊΣΥΦΟΣ',
  'ὈΔΥΣΣΕΎΣ ΤΕΛΟΣ',
  'İstanbul ISPARTA ısparta',
  'STRASSE Straße STRAẞE',
  'Kelvin K ſharp ſ',
  'ᎠᎡᎢ ꭰꭱꭲ',
  '𐐀𐐨 𞤀𞤢',
  'Ǆ ǅ ǆ Ǉ ǈ',
  'é É e\u0301 E\u0301',
  'Đặng Thị Ánh ĐẶNG THỊ ÁNH',
  'ﬅ ﬆ ﬁ',
  '',
  '%_\\\'"; --',
  'İ'.repeat(100),
];

describe.each(Object.entries(LOCALES))('folding in a database with its locale %s', (title, options) => {
  const database = `altiplano_fold_${title.replace(/\W/g, '').toLowerCase()}_${process.pid}`;
  let client: OwnerClient | undefined;

  beforeAll(async () => {
    if (options.includes('icu') && !(await withOwner(inject('adminUrl'), hasIcu))) return;
    await admin(`create database ${database} template template0 encoding 'UTF8' ${options}`);
    const url = new URL(inject('adminUrl'));
    url.pathname = `/${database}`;
    await migrate(ENGINE, { url: url.href, direction: 'up', count: 2 });
    client = await connectOwner(url.href);
  });
  afterAll(async () => {
    await client?.end();
    await admin(`drop database if exists ${database} with (force)`);
    await admin(`drop role if exists altiplano_app_${database}`);
  });

  test('is the twin’s for every character', async ({ skip }) => {
    if (client === undefined) return skip('the server has no ICU');
    const wrong = await differences(client, CHARACTERS);
    expect(wrong).toEqual([]);
  });

  test('does not depend on what stands beside a letter', async ({ skip }) => {
    if (client === undefined) return skip('the server has no ICU');
    expect(await differences(client, CONTEXT)).toEqual([]);
  });

  test('leaves a text as long as it was', async ({ skip }) => {
    if (client === undefined) return skip('the server has no ICU');
    const { rows } = await client.query(
      'select t as text from unnest($1::text[]) t where length(altiplano.fold(t)) <> length(t)',
      [[...CHARACTERS, ...CONTEXT]],
    );
    expect(rows).toEqual([]);
  });
});

/** Texts that the server and the twin fold differently. */
async function differences(client: OwnerClient, texts: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ folded: string }>(
    'select altiplano.fold(t) as folded from unnest($1::text[]) with ordinality u (t, n) order by n',
    [texts],
  );
  return texts.flatMap((text, index) => {
    const [fast, slow] = [rows[index]?.folded ?? '', fold(text)];
    return fast === slow ? [] : [`${print(text)} is ${print(fast)} in the database, ${print(slow)} in the twin`];
  });
}

function print(text: string): string {
  return `${text} (${[...text].map((character) => character.codePointAt(0)?.toString(16)).join(' ')})`;
}

async function hasIcu(client: OwnerClient): Promise<boolean> {
  return (await client.query(`select from pg_collation where collprovider = 'i' limit 1`)).rowCount === 1;
}

async function admin(statement: string): Promise<void> {
  await withOwner(inject('adminUrl'), (client) => client.query(statement));
}
