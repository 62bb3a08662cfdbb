import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Answer, AppServer } from './app-server.ts';

/** A conversation, written from the contract: each step a request and what must come back. */
interface Story {
  readonly title: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly as?: string | null;
  /** `GET /tasks/{task}/`; what stands in braces was kept by an earlier step. */
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly reply: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Of a reply that is no problem, to the byte; of a problem, what is named. Null: nothing at all. */
    readonly body?: unknown;
  };
  /** Name → path of a member of the reply (`id`, `results.0.id`) or `headers.etag`. */
  readonly keep?: Readonly<Record<string, string>>;
}

/** What a text of the expected reply may stand for; anything else in angle brackets is a mistake. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  '<uuid>': /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  '<instant>': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  '<etag>': /^"[\w-]+"$/,
  '<url>': /^http:\/\/127\.0\.0\.1:\d+\/\S+$/,
  '<text>': /./,
  // Inside a jsonb: as PostgreSQL writes times there.
  '<moment>': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/,
};

/** A number the database gave. */
const NUMBER = '<number>';
/** `{"<jsonb>": value}`: the value as PostgreSQL prints a jsonb. */
const JSONB = '<jsonb>';
/** `{"<raw>": "6.50"}`: JSON to the letter, where a number's digits count. */
const RAW = '<raw>';

/** A test for each step of each file, in order; every file has a server of its own. */
export function describeGolden(folder: URL, useApi: () => AppServer): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of files.sort()) {
    const story = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Story;
    describe(`${file}: ${story.title}`, () => {
      const api = useApi();
      const kept = new Map<string, string>();
      for (const [index, step] of story.steps.entries()) {
        test(`${index + 1} ${step.request} as ${step.as ?? 'nobody'}: ${step.reply.status}`, () =>
          play(api, step, kept));
      }
    });
  }
}

async function play(api: AppServer, step: Step, kept: Map<string, string>): Promise<void> {
  const { request, reply, keep = {}, ...sent } = fill(step, kept);
  const [method = '', path = ''] = request.split(' ');
  const answer = await api.send({ ...sent, method, path });
  expect(answer.status, answer.text).toBe(reply.status);
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    expect(matched(value, answer.headers.get(name)), name).toBe(answer.headers.get(name));
  }
  if (reply.body !== undefined) expectBody(answer, reply.body);
  for (const [name, path] of Object.entries(keep)) kept.set(name, String(find(answer, path)));
}

function expectBody({ json, text, status }: Answer, expected: unknown): void {
  if (expected === null) expect(text).toBe('');
  else if (status >= 400) expect(json).toMatchObject(matched(expected, json) as object);
  else expect(text).toBe(printed(matched(expected, json)));
}

/** JSON as replies have it: without a blank, but for what was a jsonb. */
function printed(value: unknown, blank = ''): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => printed(item, blank)).join(`,${blank}`)}]`;
  if (RAW in value) return String(value[RAW]);
  if (JSONB in value) return printed(value[JSONB], ' ');
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${blank}${printed(item, blank)}`);
  return `{${members.join(`,${blank}`)}}`;
}

/** What was expected, with the found values in place of the shapes they have. */
function matched(expected: unknown, found: unknown): unknown {
  if (expected === NUMBER) return typeof found === 'number' ? found : expected;
  if (typeof expected === 'string' && /^<.*>$/.test(expected)) {
    const shape = SHAPES[expected];
    if (shape === undefined) throw new Error(`no shape ${expected}`);
    return typeof found === 'string' && shape.test(found) ? found : expected;
  }
  if (Array.isArray(expected)) {
    return expected.map((item, index) => matched(item, Array.isArray(found) ? found[index] : undefined));
  }
  if (expected === null || typeof expected !== 'object') return expected;
  if (RAW in expected) return expected;
  if (JSONB in expected) return { [JSONB]: matched(expected[JSONB], found) };
  const members = found as Readonly<Record<string, unknown>> | null | undefined;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, matched(value, members?.[key])]));
}

function fill<T>(value: T, kept: ReadonlyMap<string, string>): T {
  const text = JSON.stringify(value).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const found = kept.get(name);
    return found === undefined ? whole : JSON.stringify(found).slice(1, -1);
  });
  return JSON.parse(text) as T;
}

function find({ json, headers }: Answer, path: string): unknown {
  const [first = '', ...rest] = path.split('.');
  if (first === 'headers') return headers.get(rest[0] ?? '');
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], json);
}
