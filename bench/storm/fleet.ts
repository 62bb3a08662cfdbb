import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCommand } from 'altiplano/testing';

/** Servers and workers as they are run in production, each a process of its own. */
export interface Fleet {
  /** Of the servers that answer. */
  origins(): readonly string[];
  /** One of them at random, in the middle of whatever it does; another takes its place. */
  kill(): Promise<'server' | 'worker'>;
  stop(): Promise<void>;
}

interface Member {
  readonly kind: 'server' | 'worker';
  readonly child: ReturnType<typeof startCommand>['child'];
  readonly origin: string | null;
}

/** On a machine at ten times its load one took over a minute. */
const PATIENCE_MS = 300_000;

export interface FleetOptions {
  readonly url: string;
  readonly app: string;
  readonly servers: number;
  readonly workers: number;
}

export async function startFleet({ url, app, servers, workers }: FleetOptions): Promise<Fleet> {
  const environment = {
    ...{ DATABASE_URL: url, PORT: '0', ALTIPLANO_SECRET: SECRET },
    ALTIPLANO_SIGNING_KEYS: `storm:${Buffer.alloc(32, 7).toString('base64')}`,
  };
  const members: Member[] = [];
  const children = new Set<Member['child']>();
  let kills = 0;
  const start = async (kind: Member['kind']): Promise<void> => {
    const words = kind === 'server' ? ['serve', '--app', app, '--no-worker'] : ['worker'];
    const { child, said } = startCommand(words, environment);
    children.add(child);
    const ready = () =>
      kind === 'server' ? /^ready (\S+)$/m.exec(said.stdout)?.[1] : /worker: started/.exec(said.stderr)?.[0];
    for (const began = Date.now(); ready() === undefined; await sleep(50)) {
      if (!hasEnded(child) && Date.now() - began < PATIENCE_MS) continue;
      await end(child, 'SIGKILL');
      throw new Error(`a ${kind} did not start (${child.exitCode ?? 'too slow'}): ${said.stderr}`);
    }
    members.push({ kind, child, origin: kind === 'server' ? (ready() ?? null) : null });
  };
  const kinds = [...Array(servers).fill('server'), ...Array(workers).fill('worker')] as readonly Member['kind'][];
  const stop = async () => {
    // Also one that is being started.
    await Promise.all([...children].map((child) => end(child, 'SIGTERM')));
  };
  const started = await Promise.allSettled(kinds.map(start));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return {
    origins: () => members.flatMap(({ origin, child }) => (origin === null || hasEnded(child) ? [] : [origin])),
    async kill() {
      // Kinds in turns: on a busy machine there are few kills, and each has to see some.
      const last = members.at(-1)?.kind;
      const others = members.filter(({ kind }) => kind !== last);
      const candidates = kills > 0 && others.length > 0 ? others : members;
      const victim = candidates[Math.floor(Math.random() * candidates.length)];
      kills += 1;
      if (victim === undefined) throw new Error('there is nothing to kill');
      members.splice(members.indexOf(victim), 1);
      await end(victim.child, 'SIGKILL');
      await start(victim.kind);
      return victim.kind;
    },
    stop,
  };
}

export const SECRET = 'storm';

const hasEnded = ({ exitCode, signalCode }: Member['child']) => exitCode !== null || signalCode !== null;

async function end(child: Member['child'], signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
