import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { job as jobCommand } from '../../src/cli/job.ts';
import { startRun } from '../../src/jobs/inline.ts';
import { runCommand, startCommand } from '../cli/run-command.ts';
import { mill } from './mill.ts';
import { upTo, useMill } from './mill-database.ts';

const { url, ground, rows, run, add, until } = useMill();
const FOLDER = fileURLToPath(new URL('./', import.meta.url));
const environment = () => ({ DATABASE_URL: url(), PORT: '0' });
/** In this process: what it says and how it ends. */
const command = async (argv: readonly string[], flags: Record<string, string> = {}) => {
  let text = '';
  const context = {
    apps: [mill],
    directory: FOLDER,
    environment: environment(),
    note: () => {},
    print: (line: string) => {
      text += line;
    },
  };
  return { code: await jobCommand.run(context, flags, argv), text };
};
const newest = async () =>
  (await rows<{ id: string }>('select id from altiplano.job_run order by created_at desc limit 1'))[0]?.id ?? '';

test('job run shows progress with the time left and ends with what became of it', async () => {
  const { code, stdout, stderr } = await runCommand(
    ['job', 'run', 'desk:grind', '--grains', '80', '--wait', '0.1', '--json'],
    environment(),
    FOLDER,
  );
  const { run: id, state } = JSON.parse(stdout);
  expect([code, state, await ground(id)]).toEqual([0, 'done', upTo(80)]);
  expect(stderr).toMatch(/desk:grind .* % .*left/);
});

test.each([
  [['run', 'desk:grind'], {}, '--grains: This member is required.'],
  [['run', 'desk:grind'], { grains: 'many' }, '--grains: Must be a whole number'],
  [['run', 'desk:grind'], { grains: '5', weight: '3' }, '--weight: Unknown member.'],
  [['run', 'desk:grnd'], { grains: '5' }, "There is no job 'grnd'."],
  [['run', 'grind'], {}, 'Name one job.'],
  [['walk'], {}, 'nothing to do with a job'],
])('%j %j is wrong use', async (argv, flags, problem) => {
  await expect(command(argv, flags)).rejects.toMatchObject({
    code: 'CLI_USAGE',
    message: expect.stringContaining(problem),
  });
});

test('job run goes on where one was killed, and where one was told to stop', async () => {
  const argv = ['job', 'run', 'desk:grind', '--grains', '41', '--wait', '0.05'];
  for (const [signal, grains] of [
    ['SIGKILL', 5],
    ['SIGTERM', 15],
  ] as const) {
    const started = startCommand(argv, environment(), FOLDER);
    await until(
      async () => (await ground(await newest())).length >= grains && (await ground(await newest())).length < 41,
    );
    started.child.kill(signal);
    const { code } = await started.finished;
    expect(code).toBe(signal === 'SIGKILL' ? null : 1);
  }
  const id = await newest();
  expect(await run(id)).toMatchObject({ state: 'queued' });
  const { code, stderr } = await runCommand(argv, environment(), FOLDER);
  expect([code, stderr]).toEqual([0, expect.stringContaining(`goes on where run ${id} stopped`)]);
  expect(await ground(id)).toEqual(upTo(41));
});

test('the same asked for by many hands at once is one run', async () => {
  const [grind] = mill.jobs ?? [];
  if (grind === undefined) throw new Error('the mill grinds');
  const started = await Promise.all(upTo(8).map(() => startRun(url(), 'desk', grind, '{"grains":43}')));
  expect(new Set(started.map(({ id }) => id)).size).toBe(1);
  expect(started.filter(({ resumed }) => !resumed)).toHaveLength(1);
  await rows("update altiplano.job_run set state = 'failed', finished_at = now() where id = $1", [started[0]?.id]);
});

test('a job that fails is exit code 1, and so is its status', async () => {
  const failed = await command(['run', 'desk:fail']);
  expect(failed).toEqual({ code: 1, text: 'desk:fail: failed: Error: the stone is broken' });
  expect(await command(['status'])).toEqual({ code: 1, text: expect.stringContaining('the stone is broken') });
});

test('worker runs what waits, past the pooler that DATABASE_URL may be', async () => {
  const id = await add('grind', { grains: 3, wait: 0, batch: 1 });
  const pooled = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', DATABASE_DIRECT_URL: url() };
  const worker = startCommand(['worker'], pooled, FOLDER);
  await until(async () => (await run(id))?.state === 'done');
  worker.child.kill('SIGTERM');
  expect((await worker.finished).code).toBe(0);
  expect(await ground(id)).toEqual(upTo(3));
});
