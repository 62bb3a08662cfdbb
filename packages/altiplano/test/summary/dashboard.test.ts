import { expect, test } from 'vitest';
import { summary } from '../../src/cli/summary.ts';
import { till } from '../money/till.ts';
import { useTill } from '../money/use-till.ts';
import { eventually } from '../rollup/callbot-calls.ts';

const api = useTill();

const dashboard = () => api.send({ as: 'clerk', path: '/dashboard/?from=2026-02-03' });

/** In this process: what it says and how it ends. */
async function command(argv: readonly string[], flags: Readonly<Record<string, unknown>> = {}) {
  const said: string[] = [];
  const context = {
    apps: [till],
    directory: process.cwd(),
    environment: { DATABASE_URL: api.url() },
    note: () => {},
    print: (line: string) => void said.push(line),
  };
  return { code: await summary.run(context, flags as never, argv), text: said.join('\n') };
}

test('an action reads a summary of its tenant, exact while nothing is folded', async () => {
  await api
    .owner()
    .query(
      "update till.sale set status = 'posted', amount = 9007199254740992.93 where created_at::date = '2026-02-04'",
    );
  const { rows } = await api.owner().query(`select json_agg(f)::text as json from (
    select created_at::date as day, count(*) as sales, coalesce(sum(amount) filter (where status = 'posted'), 0.00) as posted
    from till.sale where created_at >= '2026-02-03Z' group by 1 order by 1 limit 3) f`);
  const { status, text } = await dashboard();
  expect([status, text]).toEqual([200, rows[0].json]);
});

test('commands print, verify, build, and say how it stands', async () => {
  expect((await command(['sql'])).text).toContain(
    'create function sales_by_day_figures(of_shop_id uuid, from_day date default null',
  );
  expect(await command(['verify'])).toEqual({
    code: 0,
    text: expect.stringMatching(/^till\.sales_by_day: \d+ groups, no difference$/),
  });
  await api.owner().query('update till.sales_by_day set sales = sales + 1 where day = $1', ['2026-02-05']);
  const wrong = await command(['verify'], { repair: true });
  expect(wrong).toEqual({
    code: 1,
    text: expect.stringMatching(
      /1 figures differ[\s\S]*2026-02-05[\s\S]*sales[\s\S]*counted again, 0 differences left/,
    ),
  });
  expect((await command(['build'])).text).toBe('nothing to build');
  expect((await command(['build'], { rebuild: true })).text).toMatch(/^till\.sales_by_day built: \d+ rows/);
  expect((await command(['status'])).text).toMatch(/till\.sales_by_day +ready/);
  await expect(command(['frobnicate'])).rejects.toMatchObject({ code: 'CLI_USAGE' });
  await expect(command(['build'], { name: ['sales_by_dya'] })).rejects.toThrow("No summary 'sales_by_dya'");
});

test('what is not built is out of service, and back by itself', async () => {
  await api.owner().query("update altiplano.summary set state = 'unbuilt'");
  const { status, json } = await dashboard();
  expect([status, json.code]).toEqual([503, 'SUMMARY_UNBUILT']);
  // A server that starts now finds it out by itself, and serves the rest.
  const other = await api.another();
  const asked = { as: 'clerk', path: '/dashboard/?from=2026-02-03' };
  expect((await other.send(asked)).json.code).toBe('SUMMARY_UNBUILT');
  expect((await other.send({ ...asked, path: '/sales/?page_size=1' })).status).toBe(200);
  expect(await command(['status'])).toMatchObject({
    code: 1,
    text: expect.stringContaining('altiplano summary build'),
  });
  await command(['build']);
  await eventually('it is read again', async () => (await dashboard()).status === 200);
  await eventually('there too', async () => (await other.send(asked)).status === 200);
});
