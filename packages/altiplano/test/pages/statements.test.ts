import { expect, test } from 'vitest';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import { emit } from '../../src/sql/emit.ts';
import { FIRMS, readerOf, useDirectory } from './use-directory.ts';

const api = useDirectory('directory');

test.each([
  ['lenient', 'people', 'action=loadPeoples&page=3'],
  ['lenient-search', 'people', 'action=loadPeoples&page=0&search=needle&is_active=true'],
  ['strict', 'places', 'page=2&size=7'],
])('%s (vitest -u writes it)', async (file, name, query) => {
  const service = api.engine().services.find(({ resource }) => resource.name === name);
  if (service === undefined) throw new Error(`no ${name}`);
  const { request } = parseRequest(service.resource, null, new URLSearchParams(query), FIRMS[0]);
  const caller = { userId: readerOf(0), role: 'clerk', attributes: {}, tenant: FIRMS[0] };
  const { text, values } = emit(planRequest(request, { ...service, caller: caller as never }));
  await expect(`${text}\n`).toMatchFileSnapshot(`statements/${file}.sql`);
  const { path, chosenBy } = service.resource;
  const answer = await api.send({ as: 'firm 0', path: `${path}?${query}` });
  expect(answer.status, `${chosenBy?.value} ${values.length}`).toBe(200);
});
