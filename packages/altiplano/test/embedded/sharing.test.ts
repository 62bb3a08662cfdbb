import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRoot } from '../../src/embedded/server-user.ts';
import { endChild, postmasterPid, query, useDirectories } from '../support/embedded-directory.ts';

describe('several processes and projects', () => {
  const { makeFolder, start, startChild } = useDirectories();

  it('adopts the server a killed process left behind, and stops it', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    const child = await startChild(directory);
    await query(child.server, 'create table kept as select 42 as answer');
    await endChild(child.process, 'SIGKILL');

    const pid = await postmasterPid(child.server);
    const server = await start(directory);
    expect(server).toMatchObject({ adopted: true, url: child.server.url });
    expect(await postmasterPid(server)).toBe(pid);
    expect(await query(server, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
    await expect(query(server, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('starts one server for three that start at once; the last to stop stops it', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    const [child, other, mine] = await Promise.all([startChild(directory), startChild(directory), start(directory)]);
    const servers = [child.server, other.server, mine];
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);

    await endChild(child.process, 'SIGTERM');
    await mine.stop();
    expect(await query(other.server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await endChild(other.process, 'SIGTERM');
    await expect(query(mine, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('keeps two checkouts apart, a copied one included; a moved one keeps its data', async () => {
    const folder = await makeFolder();
    const [one, two] = await Promise.all(['one', 'two'].map((name) => start(join(folder, name))));
    expect(one?.port).not.toBe(two?.port);
    expect(one?.dataDirectory).not.toBe(two?.dataDirectory);
    if (one === undefined) return;
    await query(one, 'create table of_one ()');
    await one.stop();

    await cp(join(folder, 'one'), join(folder, 'copy'), { recursive: true });
    const [again, copy] = await Promise.all([start(join(folder, 'one')), start(join(folder, 'copy'))]);
    expect(copy.dataDirectory).not.toBe(again.dataDirectory);
    expect(copy.port).not.toBe(again.port);
    await again.stop();

    await rename(join(folder, 'one'), join(folder, 'moved'));
    expect(await query(await start(join(folder, 'moved')), 'select from of_one')).toEqual([]);
  });

  it('starts empty, with the old server gone, when the directory was removed', async () => {
    const directory = join(await makeFolder(), '.altiplano');
    const first = await start(directory);
    await query(first, 'create table gone ()');
    if (!isRoot()) await first.stop();
    await rm(directory, { recursive: true });
    const second = await start(directory);
    await expect(query(second, 'select from gone')).rejects.toThrow(/does not exist/);
    await expect(query({ url: first.url }, 'select 1')).rejects.toThrow();
  });
});
