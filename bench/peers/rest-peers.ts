import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Question } from '../measure/http-connection.ts';
import type { Asked, Peer, Setting } from './peer.ts';

const common = ({ url, token, user, patience }: Setting) => ({
  DATABASE_URL: url,
  TOKEN: token,
  USER_ID: user,
  PATIENCE: String(patience),
});

const itemsOf = (body: string): readonly unknown[] => JSON.parse(body).results;

async function ask(origin: string, { workspace, after, query }: Asked): Promise<Question> {
  const words = new URLSearchParams(query);
  words.set('workspace_id', workspace);
  if (after !== null) words.set('after', `${after.created},${after.id}`);
  return { url: `${origin}/customers?${words}` };
}

/** The described recommendation in hand-written SQL on `node:http`. */
export const cure: Peer = { name: 'cure', folder: 'cure', filters: true, env: common, questionOf: ask, itemsOf };

/** Drizzle's version is that of its package.json. */
export const drizzle: Peer = {
  name: 'Drizzle',
  folder: 'drizzle',
  filters: false,
  env: common,
  questionOf: ask,
  itemsOf,
};

/** Our statement on `node:http`. */
export const bare: Peer = {
  name: 'bare node:http',
  folder: 'bare',
  filters: false,
  env(setting) {
    const file = join(tmpdir(), `altiplano-bench-works-${process.pid}.json`);
    writeFileSync(file, JSON.stringify(setting.works));
    return { ...common(setting), WORKS: file, SESSION_OPTIONS: setting.sessionOptions };
  },
  questionOf: async (origin, asked) => ({ url: `${origin}/customers?case=${encodeURIComponent(asked.case)}` }),
  itemsOf,
};
