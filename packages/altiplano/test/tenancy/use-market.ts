import { expect } from 'vitest';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import type { BitmapSizes } from '../../src/bitmap/definition.ts';
import { verifyBitmap } from '../../src/bitmap/verify.ts';
import type { OwnerClient } from '../../src/execute/owner.ts';
import type { App } from '../../src/resource/app.ts';
import { rollupsOf } from '../../src/resource/rollup.ts';
import { buildRollups } from '../../src/rollup/build.ts';
import { verifyRollup } from '../../src/rollup/verify.ts';
import { type Answered, type Asker, useApp } from '../identity/asker.ts';
import { ADA, BEN, keep, PEOPLE_SQL, SUE, tablesSql } from './market-sql.ts';

const PEOPLE: Readonly<Record<string, string>> = { ada: ADA, ben: BEN, sue: SUE };

/** A market on a database of its own, with everything that is kept built. */
export function useMarket(app: App, sql: string, sizes?: BitmapSizes): Asker {
  return useApp({
    app,
    sql: `${sql}\n-- ${JSON.stringify(sizes ?? 'usual sizes')}`,
    prepare: async (client, url) => {
      await keep(client, app, sizes);
      await buildRollups(url, app.schema);
      await buildBitmaps(url, app.schema);
    },
    memberId: (which) => PEOPLE[which] ?? which,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what tests are about
export const read = ({ status, body }: Answered): any => {
  expect([status, body]).toEqual([200, expect.any(String)]);
  return JSON.parse(body);
};

/** All ids of a list, page by page. */
export async function walk(
  asker: Asker,
  who: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let next: string | null = `${target}${target.includes('?') ? '&' : '?'}page_size=7`; next !== null; ) {
    const answered = await asker.ask(who, `GET ${next}`, undefined, undefined, headers);
    const page = read(answered);
    expect(answered.statements).toBe(1);
    ids.push(...page.results.map(({ id }: { id: string }) => id));
    next = page.next === null ? null : `${target.split('?')[0]}${new URL(page.next).search}`;
  }
  return ids;
}

/** What a query of the naive kind finds, as its first column. */
export async function found(client: OwnerClient, text: string): Promise<readonly string[]> {
  const { rows } = await client.query({ text, rowMode: 'array' });
  return rows.map((row: unknown) => String((row as readonly unknown[])[0]));
}

/** Everything kept is what a recount says. */
export async function expectKept(asker: Asker, app: App): Promise<void> {
  for (const { bitmap } of app.resources) {
    if (bitmap === null) continue;
    const { findings } = await verifyBitmap(asker.url(), app.schema, bitmap);
    expect([bitmap.name, findings]).toEqual([bitmap.name, []]);
  }
  for (const rollup of app.resources.flatMap(rollupsOf)) {
    const { differences } = await verifyRollup(asker.url(), app.schema, rollup);
    expect([rollup.name, differences]).toEqual([rollup.name, []]);
  }
}

export const marketSql = (name: string, ownership: 'none' | 'pair', rows: readonly string[]): string =>
  [tablesSql(name, ownership), PEOPLE_SQL, ...rows].join('\n');
