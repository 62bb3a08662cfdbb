import type { EngineOptions } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import type { Observation } from '../../src/observe/observation.ts';
import { hashPassword } from '../../src/sign-in/password.ts';
import { sourceKey } from '../support/app-database.ts';
import { type Answer, type AppServer, useServer } from '../support/app-server.ts';
import type { Template } from '../support/database.ts';
import { APPS, CHEAP, GARDENER, house, PERSON, SIGNING, schemaSql } from './house.ts';

export const PASSWORD = 'correct horse battery staple';
const SQL = APPS.map(schemaSql).join('\n');

export const houseTemplate: Template = {
  name: 'house',
  key: `${SQL} ${sourceKey(house)}`,
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    const digest = await hashPassword(PASSWORD, { cost: CHEAP });
    await withOwner(url, async (client) => {
      await client.query(SQL);
      const add = (schema: string, id: string, email: string, password: string | null, active = true) =>
        client.query(
          `insert into ${schema}.person (id, house_id, email, password_digest, is_active) values ($1, $2, $3, $4, $5)`,
          [id, PERSON, email, password, active],
        );
      await add('house', PERSON, 'ann@example.com', digest);
      await add('house', PERSON.replace(/1$/, '2'), 'gone@example.com', digest, false);
      await add('house', PERSON.replace(/1$/, '3'), 'none@example.com', null);
      await add('house', PERSON.replace(/1$/, '4'), 'other@example.com', 'md5:5f4dcc3b5aa765d61d8327deb882cf99');
      for (const n of [1, 2, 3, 4]) await add('vault', PERSON.replace(/1$/, String(n)), `v${n}@example.com`, digest);
      await add('garden', GARDENER, 'Ann@Example.com', digest);
    });
  },
};

export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token: string;
}

export interface Door extends AppServer {
  post(path: string, body?: unknown, as?: string | null): Promise<Answer>;
  /** Signs Ann in. */
  login(): Promise<Tokens>;
  refresh(token: string): Promise<Answer>;
  /** Status of a read with this credential. */
  read(token: string, app?: 'house' | 'garden'): Promise<number>;
  /** What was observed since the last time. */
  told(): readonly Observation[];
}

export function useDoor(options: Partial<EngineOptions> = {}): Door {
  let observed: Observation[] = [];
  const server = useServer({
    template: houseTemplate,
    apps: APPS,
    signing: SIGNING,
    observe: (observation) => void observed.push(observation),
    prepare: async () => ({}),
    ...options,
  });
  const post: Door['post'] = (path, body, as = null) =>
    server.send({ method: 'POST', path, as, ...(body === undefined ? {} : { body }) });
  return {
    ...server,
    post,
    login: async () => {
      const { status, json, text } = await post('/auth/login', { email: 'ann@example.com', password: PASSWORD });
      if (status !== 200) throw new Error(`no login: ${text}`);
      return json;
    },
    refresh: (token) => post('/auth/refresh', { refresh_token: token }),
    read: async (token, app = 'house') => (await server.send({ path: `/${app}/notes/`, as: token })).status,
    told: () => {
      const told = observed;
      observed = [];
      return told;
    },
  };
}
