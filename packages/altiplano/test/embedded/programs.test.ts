import { chmod, cp, lstat, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hydrateSymlinks } from '../../src/embedded/hydrate-symlinks.ts';
import { type FoundPrograms, locatePrograms } from '../../src/embedded/locate-programs.ts';
import { preparePrograms } from '../../src/embedded/prepare-programs.ts';
import { chooseServerUser, isRoot } from '../../src/embedded/server-user.ts';
import { query, useDirectories } from '../support/embedded-directory.ts';

const NOBODY = { uid: 65534, gid: 65534 };

describe('the npm package of PostgreSQL', () => {
  const { makeFolder, start, startChild } = useDirectories();

  /** The package as npm unpacks it when no install script ran: without its symbolic links. */
  async function unpack(folder: string): Promise<FoundPrograms & { packaged: { root: string } }> {
    const { packaged } = await locatePrograms(undefined);
    if (packaged === undefined) throw new Error('not the npm package');
    const root = join(folder, 'native');
    await cp(packaged.root, root, { recursive: true, verbatimSymlinks: true });
    for (const target of await linksOf(root)) await rm(join(folder, target), { force: true });
    return { bin: join(root, 'bin'), packaged: { root, version: 'test' } };
  }

  it('gets the links its install script would have made, once and for all', async () => {
    const folder = await makeFolder();
    const found = await unpack(folder);
    const { bin } = await preparePrograms(found, join(folder, 'store'), undefined, () => undefined);
    expect(bin).toBe(found.bin);
    const [first = ''] = await linksOf(found.packaged.root);
    expect((await lstat(join(folder, first))).isSymbolicLink()).toBe(true);
    await hydrateSymlinks(found.packaged.root);
  });

  it('is copied when it lies where the server cannot use it', async () => {
    const folder = await makeFolder();
    const closed = join(folder, 'closed');
    await mkdir(closed);
    const found = await unpack(closed);
    const user = await chooseServerUser(join(folder, 'none'));
    // Root's server may not enter the folder; an ordinary user's may, but cannot make the links.
    await chmod(isRoot() ? closed : join(closed, 'native', 'lib'), isRoot() ? 0o700 : 0o500);
    const store = join(folder, 'store');
    const said: string[] = [];
    const first = await preparePrograms(found, store, user, (line) => said.push(line));
    const again = await preparePrograms(found, store, user, (line) => said.push(line));
    expect(first.bin.startsWith(store)).toBe(true);
    expect(again).toEqual(first);
    expect(said).toHaveLength(1);
    await chmod(join(closed, 'native', 'lib'), 0o755);
  });

  it('is explained when the directory of programs holds none', async () => {
    await expect(locatePrograms(await makeFolder())).rejects.toMatchObject({ code: 'EMB_START_FAILED' });
  });

  if (!isRoot()) return;

  it('runs for an ordinary user, with the data in his own directory', async () => {
    const folder = await makeFolder();
    const { bin, packaged } = await unpack(folder);
    await hydrateSymlinks(packaged.root);
    await chmod(folder, 0o777);
    const binaries = process.env.ALTIPLANO_POSTGRES_BIN ?? bin;
    const directory = join(folder, '.altiplano');
    const child = await startChild(directory, { user: NOBODY, binaries });
    expect(child.server.dataDirectory).toBe(join(directory, 'data'));
    expect((await stat(child.server.dataDirectory)).uid).toBe(NOBODY.uid);
    await query(child.server, 'create table kept ()');

    // Then root comes along: same data, same server, and nothing left that locks the user out.
    const server = await start(directory);
    expect(server).toMatchObject({ adopted: true, url: child.server.url });
    await server.stop();
    expect((await stat(join(directory, 'state.json'))).uid).toBe(NOBODY.uid);
  });

  it('runs for root in a project nobody else may enter, under a strict umask', async () => {
    const folder = await makeFolder();
    await chmod(folder, 0o700);
    const { server } = await startChild(join(folder, 'project', '.altiplano'), { umask: 0o077 });
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(server.dataDirectory.startsWith(folder)).toBe(false);
  });

  async function linksOf(root: string): Promise<string[]> {
    const links = JSON.parse(await readFile(join(root, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    return links.map(({ target }) => target);
  }
});
