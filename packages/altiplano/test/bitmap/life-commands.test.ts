import { beforeAll, describe, expect, test } from 'vitest';
import { callbot } from '../../../../apps/callbot/app.ts';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { checkResource } from '../../src/catalog/check.ts';
import { readCatalog } from '../../src/catalog/read.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { callCommand } from '../cli/call-command.ts';
import { fill } from '../rollup/callbot-calls.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase(emptyCallbot);
const command = (...argv: string[]) =>
  callCommand(['bitmap', ...argv, '--app', 'callbot'], { DATABASE_URL: database.url() });
const call = (text: string) => withOwner(database.url(), (client) => client.query(text));
const TITLE = 'callbot.customer_bitmap';

beforeAll(async () => {
  await fill(database.url(), 3_000, 10);
  await call("update altiplano.bitmap set state = 'unbuilt'");
  await buildBitmaps(database.url(), 'callbot');
});

describe('the command', () => {
  test('verifies, and repairs what it found', async () => {
    const fine = await command('verify', '--json');
    expect([fine.code, JSON.parse(fine.stdout).bitmaps]).toEqual([
      0,
      [expect.objectContaining({ bitmap: TITLE, rows: 3_000, segments: 2, findings: [] })],
    ]);
    await call(
      "update callbot.customer_bitmap set bits = set_bit(bits, 5, 1 - get_bit(bits, 5)) where ctid in (select ctid from callbot.customer_bitmap where term = 'live' limit 1)",
    );
    const found = await command('verify');
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/callbot\.customer_bitmap: 3,000 rows in 2 segments, 1 findings\nfinding +evidence\n/);
    expect(found.stdout).toMatch(
      /error bitmap-term +callbot\.customer_bitmap: tenant [0-9a-f-]{36}, segment \d+: term "live"/,
    );
    expect(found.stdout).toContain('altiplano bitmap repair');
    const mended = await command('repair');
    expect([mended.code, mended.stdout]).toEqual([
      0,
      expect.stringContaining('1 segments made again, 0 findings left'),
    ]);
    expect((await command('verify', '--sample', '1')).code).toBe(0);
  });

  test('says how it stands', async () => {
    await call("update callbot.customer set status = 'active' where id in (select id from callbot.customer limit 7)");
    const { code, stdout } = await command('status', '--json');
    const { folder, bitmaps, findings } = JSON.parse(stdout);
    expect([code, folder, findings]).toEqual([0, null, []]);
    expect(bitmaps).toMatchObject([
      {
        bitmap: TITLE,
        state: 'ready',
        unfolded: 7,
        lag: expect.any(Number),
        sizes: {
          rows: 3_000,
          segments: 2,
          tables: { customer_bitmap: expect.any(Number), customer_bitmap_tail_1: expect.any(Number) },
        },
        largest: [
          { rows: 2_000, segments: 1 },
          { rows: 1_000, segments: 1 },
        ],
      },
    ]);
    const text = (await command('status')).stdout;
    expect(text).toMatch(/bitmap +state +rows +segments +bitmaps +MB +unfolded +consumed/);
    expect(text).toMatch(/largest tenants +rows +segments +terms/);
    expect(text).toContain('nobody folds at the moment');
  });

  test('finds what is wrong with it', async () => {
    await call("update callbot.customer_bitmap_tail set noted_at = now() - interval '2 minutes'");
    const { code, stdout } = await command('status', '--json');
    expect([code, JSON.parse(stdout).findings.map(({ key }: { key: string }) => key)]).toEqual([
      1,
      [`bitmap-lag:${TITLE}`],
    ]);
  });

  test('prints the migration that the database has, and one that changes what is kept otherwise', async () => {
    const same = await command('sql');
    expect(same.stdout).toContain('create table customer_bitmap (');
    expect(same.stdout).not.toContain('In place of another definition');
    await call('update altiplano.bitmap set definition = definition || \'{"attributes": []}\'');
    const changed = await command('sql', '--json');
    const [up = '', down = ''] = (JSON.parse(changed.stdout).migration as string).split('-- Down Migration');
    for (const part of [up, down])
      expect(part.indexOf('drop table customer_bitmap;')).toBeLessThan(part.indexOf('create table customer_bitmap ('));
    expect([up, down].every((part) => part.includes('drop table customer_bitmap;'))).toBe(true);
    await call(`begin; set local search_path = callbot; ${up}; commit`);
    const built = await command('build');
    expect([built.code, built.stdout]).toEqual([
      0,
      expect.stringMatching(/callbot\.customer_bitmap built: 3,000 rows in/),
    ]);
    expect((await command('build')).stdout).toBe('nothing to build\n');
    expect((await command('verify')).code).toBe(0);
  });

  test('says what would have been right', async () => {
    const uses: readonly (readonly [string[], string])[] = [
      [['frobnicate'], 'altiplano bitmap build'],
      [['build', '--name', 'customer_bitmp'], "Did you mean 'customer_bitmap'?"],
      [['build', '--jobs', '0'], '--jobs 2'],
    ];
    const done = await Promise.all(uses.map(([argv]) => command(...argv)));
    expect(done.map(({ code, stderr }) => [code, stderr])).toEqual(
      uses.map(([, remedy]) => [2, expect.stringContaining(remedy)]),
    );
  });
});

describe('a resource is not served', () => {
  const [customers] = callbot.resources.filter(({ name }) => name === 'customers');
  const problems = async () => {
    if (customers === undefined) throw new Error('no customers');
    const catalog = await withOwner(database.url(), (client) => readCatalog(client, 'callbot'));
    return checkResource(customers, callbot.identity, catalog).map(({ code, message }) => `${code} ${message}`);
  };

  test.each([
    [
      'that is declared otherwise',
      'update altiplano.bitmap set definition = definition || \'{"order": "updated_at"}\'',
      'BITMAP_CHANGED',
    ],
    ['that is not built', "update altiplano.bitmap set state = 'building'", 'BITMAP_UNBUILT'],
    [
      'whose function is gone',
      'alter function callbot.customer_bitmap_duration_between rename to gone',
      'MIGR_FUNCTION_UNKNOWN',
    ],
    ['whose table is gone', 'alter table callbot.customer_bitmap_block rename to gone', 'MIGR_TABLE_UNKNOWN'],
    [
      'whose bits nobody may read',
      "do $do$ begin execute format('revoke select on callbot.customer_bitmap from %I', altiplano.app_role()); end $do$",
      'MIGR_ISOLATION_MISSING',
    ],
  ])('with a bitmap %s', async (_what, change, code) => {
    expect(await problems()).toEqual([]);
    const undo = async (text: string) => call(text);
    await call(`create table callbot.before as select * from altiplano.bitmap`);
    try {
      await call(change);
      expect(await problems()).toEqual([expect.stringMatching(new RegExp(`^${code} .*customer_bitmap`))]);
    } finally {
      await undo(`update altiplano.bitmap b set definition = s.definition, state = s.state from callbot.before s where b.name = s.name;
        drop table callbot.before;
        do $do$ begin
          if to_regclass('callbot.gone') is not null then alter table callbot.gone rename to customer_bitmap_block; end if;
          if to_regproc('callbot.gone') is not null then alter function callbot.gone rename to customer_bitmap_duration_between; end if;
          execute format('grant select on callbot.customer_bitmap to %I', altiplano.app_role());
        end $do$`);
    }
  });
});
