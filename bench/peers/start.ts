import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ServerProcess, startProgram } from '../server/program.ts';
import type { Peer, Setting } from './peer.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The peer in a process of its own; null, with the reason said aloud, where it cannot run here.
 * @param fetch installs what is missing: half a gigabyte for PostGraphile
 */
export async function startPeer(
  peer: Peer,
  setting: Setting,
  fetch: boolean,
  note: (line: string) => void,
): Promise<ServerProcess | null> {
  const missing = install(peer, fetch);
  const node = missing === null ? chooseNode(peer) : null;
  if (missing !== null || node === null) {
    note(`SKIPPED: ${peer.name}: ${missing ?? `needs Node ${peer.node?.major}, which npm did not bring`}`);
    return null;
  }
  await peer.prepare?.(setting.url);
  return startProgram(node, [here(`${peer.folder}/server.mjs`)], { ...process.env, ...peer.env(setting) });
}

/** With the version of the library it is named after. */
export function nameOf({ name, folder }: Peer): string {
  const file = here(`${folder}/package.json`);
  if (!existsSync(file)) return name;
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8'));
  return `${name} ${dependencies[folder] ?? dependencies[`${folder}-orm`]}`;
}

/** Into the peer's own folder, so that nothing of it becomes a dependency; null when all is there, else the reason. */
function install({ folder }: Peer, fetch: boolean): string | null {
  if (!existsSync(here(`${folder}/package.json`)) || existsSync(here(`${folder}/node_modules/.package-lock.json`)))
    return null;
  if (!fetch) return `not installed: a run without --quick does that, or \`npm install\` in bench/peers/${folder}`;
  const words = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--workspaces=false', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', words, { cwd: here(folder), encoding: 'utf8', timeout: 180_000 });
  return status === 0 ? null : `npm install failed: ${stderr?.trim().split('\n').at(-1) ?? 'no npm'}`;
}

function chooseNode({ folder, node }: Peer): string | null {
  if (node === undefined || Number(process.versions.node.split('.')[0]) >= node.major) return process.execPath;
  const program = here(`${folder}/${node.program}`);
  return existsSync(program) ? program : null;
}
