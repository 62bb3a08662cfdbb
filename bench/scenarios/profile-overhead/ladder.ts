import { openHttpClient } from '../../measure/http-client.ts';
import { bundle } from '../../server/bundle.ts';
import { type ServerProcess, startProgram } from '../../server/program.ts';

/** Without the hooks, and at each step with them. */
export const STEPS = ['off', 'counts', 'timings', 'stacks', 'full'] as const;
/** `dashboard`: what our own server notes of each request for its dashboard, without the hooks. */
export type Step = (typeof STEPS)[number] | 'dashboard';

export interface Subject {
  readonly name: string;
  /** A program of `server/`. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly path: string;
  readonly token: string;
  readonly statements: number;
  /** All of the ladder where nothing is said; the first is what the others are compared with. */
  readonly steps?: readonly Step[];
}

export interface Effort {
  /** Each is one figure of each step. */
  readonly rounds: number;
  /** Requests of a step in a round. */
  readonly requests: number;
  /** Requests of a step before anything is timed. */
  readonly warming: number;
}

export interface StepFigures {
  readonly step: Step;
  /** Milliseconds of every answer, all rounds. */
  readonly samples: readonly number[];
  /** Against `off`, all rounds together; and how far the single rounds spread. */
  readonly p50: Ratio;
  readonly p99: Ratio;
  /** Milliseconds of processor that the server used for an answer; null where the system does not say. */
  readonly processor: number | null;
}

export interface Ratio {
  readonly whole: number;
  readonly least: number;
  readonly most: number;
}

/** One server for each step, all up at once, asked in turns, request by request: what else the machine does hits all alike. */
export async function climb(subject: Subject, { rounds, requests, warming }: Effort): Promise<readonly StepFigures[]> {
  const { steps = STEPS } = subject;
  const servers = await Promise.all(steps.map((step) => startAt(subject, step)));
  try {
    const asks = servers.map((server) => askerOf(server, subject));
    // Untimed: connections, prepared statements, compiled code.
    await inTurns(asks, warming);
    const began = servers.map((server) => server.cpuSeconds());
    const turns: (readonly number[])[][] = steps.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, times] of (await inTurns(asks, requests)).entries()) turns[index]?.push(times);
    }
    for (const ask of asks) ask.close();
    return steps.map((step, index) => {
      const [own = [], base = []] = [turns[index], turns[0]];
      return {
        step,
        samples: own.flat(),
        p50: ratioOf(own, base, 0.5),
        p99: ratioOf(own, base, 0.99),
        processor: processorOf(servers[index], began[index] ?? null, rounds * requests),
      };
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function startAt({ program, environment }: Subject, step: Step): Promise<ServerProcess> {
  const words = [await bundle(`server/${program}`)];
  if (step === 'dashboard') words.push('--dashboard');
  else if (step !== 'off') words.unshift('--import', new URL(`file://${await bundle('server/register')}`).href);
  const { APP_DATABASE_URL: _app, DATABASE_DIRECT_URL: _direct, LOG_LEVEL: _level, ...inherited } = process.env;
  return startProgram(process.execPath, words, {
    ...inherited,
    ...environment,
    ALTIPLANO_PROFILE: step === 'dashboard' ? 'off' : step,
  });
}

interface Asker {
  ask(): Promise<number>;
  close(): void;
}

function askerOf({ origin }: ServerProcess, { path, token }: Subject): Asker {
  const http = openHttpClient();
  const ask = async (): Promise<number> => {
    const started = performance.now();
    const { status } = await http.ask(origin + path, token);
    if (status !== 200) throw new Error(`${path} was answered with ${status}`);
    return performance.now() - started;
  };
  return { ask, close: () => http.close() };
}

/** One request each, again and again, and nobody always behind the same one. */
async function inTurns(askers: readonly Asker[], requests: number): Promise<readonly (readonly number[])[]> {
  const times: number[][] = askers.map(() => []);
  for (let request = 0; request < requests; request++) {
    for (let place = 0; place < askers.length; place++) {
      const index = (request % 2 === 0 ? place + request : askers.length - 1 - place + request) % askers.length;
      times[index]?.push((await askers[index]?.ask()) ?? Number.NaN);
    }
  }
  return times;
}

function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

type Rounds = readonly (readonly number[])[];

function ratioOf(rounds: Rounds, base: Rounds, share: number): Ratio {
  const ratios = rounds.map((times, round) => percentile(times, share) / percentile(base[round] ?? [], share));
  const whole = percentile(rounds.flat(), share) / percentile(base.flat(), share);
  return { whole, least: Math.min(...ratios), most: Math.max(...ratios) };
}

function processorOf(server: ServerProcess | undefined, before: number | null, answers: number): number | null {
  const now = server?.cpuSeconds() ?? null;
  return now === null || before === null ? null : ((now - before) * 1_000) / answers;
}
