import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import configuration from '../../../../altiplano.config.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { migrateApp, sourceKey } from '../support/app-database.ts';
import { useServer } from '../support/app-server.ts';

const { apps } = configuration;
const server = useServer({
  template: {
    name: 'all_apps',
    key: apps.map((app) => sourceKey(app)).join(' '),
    build: async (url) => {
      await migrate(ENGINE, { url, direction: 'up' });
      for (const app of apps) await migrateApp(url, app);
    },
  },
  apps,
  prepare: async () => ({}),
});

interface Operation {
  readonly operationId: string;
}
interface Document {
  readonly info: { readonly title: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const load = async (path: string): Promise<Document> => {
  const { status, json } = await server.send({ path });
  expect([path, status]).toEqual([path, 200]);
  expect(await new Validator().validate(structuredClone(json))).toEqual({ valid: true });
  return json;
};
const operations = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${method} ${path} ${operationId}`),
  );

// A path of two apps would keep the server from starting.
test('one server has all apps: each has a description, and together they are the one of all', async () => {
  const whole = await load('/openapi.json');
  const each: Document[] = [];
  for (const { name } of apps) {
    const one = await load(`/openapi/${name}.json`);
    expect(one.info.title).toBe(`Altiplano: ${name}`);
    expect(Object.keys(one.paths).length).toBeGreaterThan(0);
    expect(whole.info.description).toContain(`[${name}](/openapi/${name}.json)`);
    each.push(one);
  }
  expect(each.flatMap(operations).sort()).toEqual(operations(whole).sort());
  const ids = operations(whole).map((operation) => operation.split(' ')[2]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('an app that is not there has none', async () => {
  const { status, json } = await server.send({ path: '/openapi/shopp.json' });
  expect([status, json.code]).toEqual([404, 'REQ_PATH_UNKNOWN']);
});
