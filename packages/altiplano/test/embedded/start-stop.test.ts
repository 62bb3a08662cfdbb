import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { query, useDirectories } from '../support/embedded-directory.ts';

describe('start and stop', () => {
  const { makeFolder, start } = useDirectories();

  it('makes a database once and keeps data, port and password between starts', async () => {
    const directory = join(await makeFolder(), "a project's $path", '.altiplano');
    const first = await start(directory);
    expect(first.adopted).toBe(false);
    await query(first, 'create table kept as select 42 as answer');
    await first.stop();
    await expect(query(first, 'select 1')).rejects.toThrow(/ECONNREFUSED/);

    const second = await start(directory);
    expect(second).toMatchObject({ url: first.url, port: first.port, major: first.major, adopted: false });
    expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
    const state = JSON.parse(await readFile(join(directory, 'state.json'), 'utf8'));
    expect(state).toMatchObject({ data: second.dataDirectory, port: second.port, major: second.major });
  });

  it('listens on loopback only, in UTF-8, with the settings given and the described defaults', async () => {
    const server = await start(join(await makeFolder(), '.altiplano'), { work_mem: '9MB' });
    const [row] = await query(
      server,
      `select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
              current_setting('work_mem') as memory, current_setting('random_page_cost') as page_cost,
              pg_encoding_to_char(encoding) as encoding, current_user as who, current_database() as database
       from pg_database where datname = current_database()`,
    );
    expect(row).toEqual({
      addresses: '127.0.0.1',
      sockets: '',
      memory: '9MB',
      page_cost: '1.1',
      encoding: 'UTF8',
      who: 'altiplano',
      database: 'altiplano',
    });
    await expect(query({ url: server.url.replace(/:[^:@]+@/, ':wrong@') }, 'select 1')).rejects.toThrow(/password/);
  });

  it('takes another port when its own is taken', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    const first = await start(directory);
    await first.stop();
    const thief = createServer().listen(first.port, '127.0.0.1');
    try {
      const second = await start(directory);
      expect(second.port).not.toBe(first.port);
      expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      thief.close();
    }
  });

  it('sets a new password when the file is lost, and refuses data of another major version', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    const first = await start(directory);
    await query(first, 'create table kept ()');
    await first.stop();
    await writeFile(join(directory, 'password'), '');
    const second = await start(directory);
    expect(second.url).not.toBe(first.url);
    expect(await query(second, 'select from kept')).toEqual([]);
    await second.stop();

    await writeFile(join(second.dataDirectory, 'PG_VERSION'), '14\n');
    await expect(start(directory)).rejects.toMatchObject({
      code: 'EMB_OTHER_MAJOR',
      message: expect.stringContaining('PostgreSQL 14'),
      hint: expect.stringContaining('mv '),
    });
  });
});
