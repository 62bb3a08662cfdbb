import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from './storm.ts';

export interface Asked {
  readonly token: string | null;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Heard {
  readonly status: number;
  readonly json: Answer;
}

/** What these clients read of an answer, by the contracts: each of another one. */
export interface Answer {
  readonly id: string;
  readonly status: string;
  readonly balance: number;
  readonly access_token: string;
  readonly refresh_token: string;
}

const NOTHING: Answer = { id: '', status: '', balance: Number.NaN, access_token: '', refresh_token: '' };

/** Null: the connection broke, and nobody knows what became of it. */
export async function ask(origin: string, { token, method, path, body, headers = {} }: Asked): Promise<Heard | null> {
  try {
    const reply = await fetch(new URL(path, origin), {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, json: text === '' ? NOTHING : JSON.parse(text) };
  } catch {
    return null;
  }
}

/** A server that answers nothing else for so long never will. */
const PATIENCE_MS = 120_000;

/** As a client should: whatever was not answered, or by 503, is sent again, to any server, with the same key. */
export async function persist({ fleet, count, wrong }: Ground, asked: Asked): Promise<Heard> {
  for (const began = Date.now(); ; ) {
    const origin = pick(fleet.origins());
    const heard = origin === undefined ? null : await ask(origin, asked);
    if (heard !== null && heard.status !== 503) {
      if (heard.status >= 500) wrong(`${asked.method} ${asked.path} answered ${heard.status}`);
      return heard;
    }
    if (Date.now() - began > PATIENCE_MS) {
      wrong(`${asked.method} ${asked.path}: no answer but ${heard?.status ?? 'none'} for two minutes`);
      return heard ?? { status: 0, json: NOTHING };
    }
    count(heard === null ? 'connections broken by a kill, asked again' : 'answers of 503, asked again');
    await sleep(20 + 180 * Math.random());
  }
}

export function pick<Value>(values: readonly Value[]): Value | undefined {
  return values[below(values.length)];
}

/** A whole number from 0 on. */
export function below(end: number): number {
  return Math.floor(Math.random() * end);
}

export const chance = (share: number): boolean => Math.random() < share;
