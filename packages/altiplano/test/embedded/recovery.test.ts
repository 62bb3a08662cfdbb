import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { chooseServerUser } from '../../src/embedded/server-user.ts';
import { postmasterPid, query, useDirectories } from '../support/embedded-directory.ts';

describe('after a crash', () => {
  const { makeFolder, start } = useDirectories();

  it('recovers what was committed before kill -9 of the server, with a session still open', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    const first = await start(directory);
    await query(first, 'create table kept as select generate_series(1, 1000) as number');
    const client = new pg.Client({ connectionString: first.url });
    client.on('error', () => undefined);
    await client.connect();
    process.kill(await postmasterPid(first), 'SIGKILL');

    const second = await start(directory);
    expect(second.adopted).toBe(false);
    expect(await query(second, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }]);
    expect(await readFile(join(second.dataDirectory, '..', 'postgres.log'), 'utf8')).toContain('was interrupted');
    await client.end().catch(() => undefined);
  });

  it('is not fooled by a stale pid that now belongs to another program of the same user', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    const first = await start(directory);
    const pidFile = join(first.dataDirectory, 'postmaster.pid');
    const pid = await postmasterPid(first);
    process.kill(pid, 'SIGKILL');
    const stranger = spawn('sleep', ['60'], { ...(await chooseServerUser(first.dataDirectory)) });
    try {
      const text = await readFile(pidFile, 'utf8');
      await writeFile(pidFile, text.replace(/^\d+/, String(stranger.pid)));
      const second = await start(directory);
      expect(second.adopted).toBe(false);
      expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      stranger.kill();
    }
  });

  it('begins again when the first start died half-way, leaving its lock and half a data directory', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    await mkdir(directory);
    const { pid } = spawn('true');
    await writeFile(join(directory, 'lock'), `${pid} 1 gone`);
    const first = await start(directory);
    await first.stop();
    await mkdir(`${first.dataDirectory}.new`);
    await writeFile(join(`${first.dataDirectory}.new`, 'half'), '');
    await writeFile(join(directory, 'state.json'), '{"owners": [{');
    const second = await start(directory);
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(second.dataDirectory).toBe(first.dataDirectory);
  });
});
