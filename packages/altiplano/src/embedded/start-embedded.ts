import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { chooseHome, programStore } from './choose-home.ts';
import { createData, runSingleUser } from './create-data.ts';
import { withDirectoryLock } from './directory-lock.ts';
import { launchServer } from './launch-server.ts';
import { locatePrograms } from './locate-programs.ts';
import { type Postmaster, settlePostmaster } from './postmaster.ts';
import { preparePrograms } from './prepare-programs.ts';
import { dataOf, logOf, type ServerHome } from './server-home.ts';
import { livingOwners, newOwner, releaseServer, rememberServer } from './server-owners.ts';
import { makePassword, readPassword, SUPERUSER, serverUrl } from './server-password.ts';
import { serverSettings } from './server-settings.ts';
import { readState, type ServerState } from './server-state.ts';
import { chooseServerUser } from './server-user.ts';
import { stopServer } from './stop-server.ts';

export interface EmbeddedOptions {
  /** The project's `.altiplano/`: one server per directory. Made if missing. */
  readonly directory: string;
  /** A directory of PostgreSQL's programs to use instead of the npm package's; also ALTIPLANO_POSTGRES_BIN. */
  readonly binaries?: string;
  /** Settings over the defaults; they take effect when the server starts, not when it is adopted. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told what takes long and why. */
  readonly log?: (line: string) => void;
}

export interface EmbeddedServer {
  /** Superuser's, with the password. */
  readonly url: string;
  readonly port: number;
  readonly major: number;
  readonly dataDirectory: string;
  /** Another process had it running already, or one had died and left it. */
  readonly adopted: boolean;
  /** Gives up this handle; the last living one stops the server. */
  stop(): Promise<void>;
}

export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const log = options.log ?? (() => undefined);
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const directory = await realpath(options.directory);
  return withDirectoryLock(directory, log, async () => {
    const state = await readState(directory);
    const home = await openHome(directory, state, options.binaries, log);
    const running = await settlePostmaster(home.data, 60_000);
    const password = await ensureData(home, running, options.settings?.fsync !== 'off', log);
    const adopted = running !== undefined && password.known;
    const server = adopted ? running : await launchServer(home, serverSettings(options.settings), state?.port);
    const owner = await newOwner();
    await rememberServer(home, server.port, [...(await livingOwners(state)), owner]);
    let stopped: Promise<void> | undefined;
    return {
      url: serverUrl(server.port, password.text),
      port: server.port,
      major: home.programs.major,
      dataDirectory: home.data,
      adopted,
      stop: () => {
        stopped ??= releaseServer(home, owner);
        return stopped;
      },
    };
  });
}

async function openHome(
  directory: string,
  state: ServerState | undefined,
  given: string | undefined,
  log: (line: string) => void,
): Promise<ServerHome> {
  const found = await locatePrograms(given ?? (process.env.ALTIPLANO_POSTGRES_BIN || undefined));
  const path = await chooseHome(directory, state);
  const data = dataOf(path);
  const user = await chooseServerUser(data);
  const programs = await preparePrograms(found, programStore(path, directory), user, log);
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined && Number(version) !== programs.major) {
    const values = { directory: data, found: version.trim(), expected: programs.major };
    throw new Failure('EMB_OTHER_MAJOR', { values });
  }
  if (version === undefined) log(`creating a PostgreSQL ${programs.major} database in ${data} (once, a few seconds)`);
  return { directory, path, data, log: logOf(path), programs, user };
}

/** Makes data where there is none, and a new password where the file was lost. */
async function ensureData(
  home: ServerHome,
  running: Postmaster | undefined,
  durable: boolean,
  log: (line: string) => void,
): Promise<{ text: string; known: boolean }> {
  const exists = (await readFile(join(home.data, 'PG_VERSION'), 'utf8').catch(() => undefined)) !== undefined;
  const kept = await readPassword(home.directory);
  if (exists && kept !== undefined) return { text: kept, known: true };
  const text = await makePassword(home.directory);
  if (!exists) {
    await rememberServer(home, undefined, []);
    await createData(home, text, durable);
    return { text, known: false };
  }
  log('the password file is missing: setting a new password');
  if (running !== undefined) await stopServer(home);
  await runSingleUser(home, home.data, `alter role ${SUPERUSER} password '${text}'`);
  return { text, known: false };
}
