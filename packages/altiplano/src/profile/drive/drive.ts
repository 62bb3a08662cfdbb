import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRequest } from './request-file.ts';

export interface Answered {
  readonly request: PlannedRequest;
  /** Null where nothing came back, with the reason. */
  readonly status: number | null;
  readonly problem: string | null;
}

export interface DriveOptions {
  readonly origin: string;
  readonly concurrency: number;
  /** Of one request; an answer that takes longer is none. */
  readonly timeout: number;
  /** Asked before each request; what it says ends the drive. */
  readonly ended: () => string | null;
  readonly progress: (done: number) => void;
}

/** Asks each in the order given, so many at a time. Ends early when the program does. */
export async function drive(
  requests: readonly PlannedRequest[],
  { origin, concurrency, timeout, ended, progress }: DriveOptions,
): Promise<readonly Answered[]> {
  const answered: Answered[] = [];
  const left = requests.values();
  const workers = Array.from({ length: Math.min(concurrency, requests.length) }, async () => {
    // One iterator among them all: each takes the next that nobody has.
    for (const request of left) {
      if (ended() !== null) return;
      answered.push({ request, ...(await ask(request, origin, timeout)) });
      progress(answered.length);
    }
  });
  await Promise.all(workers);
  return answered;
}

async function ask({ method, path, headers, body }: PlannedRequest, origin: string, timeout: number) {
  try {
    const response = await fetch(new URL(path, origin), {
      method,
      headers: body === null || 'content-type' in headers ? headers : { ...headers, 'content-type': typeOf(body) },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    // Read to its end and thrown away: an answer half read is not over for who sends it.
    for await (const _chunk of response.body ?? []);
    return { status: response.status, problem: null };
  } catch (error) {
    return { status: null, problem: problemOf(error as Error) };
  }
}

/** Never the message itself: of a header that is none it repeats the value, which may be a token. */
function problemOf({ name, cause }: Error): string {
  if (name === 'TimeoutError') return 'no answer in time';
  return cause instanceof Error ? cause.message : 'it cannot be sent: a header is none that HTTP allows';
}

function typeOf(body: string): string {
  return /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain';
}

/** Until any answer comes, whatever its status. What is returned says why none will: null is fine. */
export async function awaitAnswer(url: URL, milliseconds: number, ended: () => string | null): Promise<string | null> {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    const end = ended();
    if (end !== null) return `it ended with ${end}`;
    try {
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2000) });
      await response.body?.cancel();
      return null;
    } catch {
      await sleep(100);
    }
  }
  return `nothing answered at ${url.href} within ${Math.round(milliseconds / 1000)} s`;
}
