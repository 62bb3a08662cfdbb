import { type ChildProcess, fork } from 'node:child_process';
import type { Repetitions } from '../measure/samples.ts';
import { bundle } from '../server/bundle.ts';
import { type ProcessFigures, readProcess } from '../server/process-figures.ts';
import type { Answer, Ask, Work } from './messages.ts';

export interface Limit extends ProcessFigures {
  /** Milliseconds of each repetition over one connection. */
  latency(work: Work, repetitions: Repetitions): Promise<readonly number[]>;
  /** Statements a second over all connections. */
  throughput(work: Work, seconds: number): Promise<number>;
  close(): Promise<void>;
}

export async function openLimit(url: string, connections: number): Promise<Limit> {
  const child = fork(await bundle('limit/limit-process'), { execArgv: [] });
  await ask(child, { kind: 'open', url, connections });
  return {
    ...readProcess(child.pid),
    latency: (work, repetitions) => ask(child, { kind: 'latency', work, repetitions }),
    async throughput(work, seconds) {
      const [rate = 0] = await ask(child, { kind: 'throughput', work, milliseconds: seconds * 1000 });
      return rate;
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

/** One question at a time. */
function ask(child: ChildProcess, question: Ask): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the limit's process ended (${code})`));
    child.once('exit', ended);
    child.once('message', (answer: Answer) => {
      child.off('exit', ended);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.samples);
    });
    child.send(question);
  });
}
