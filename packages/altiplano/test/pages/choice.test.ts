import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { app } from '../../src/resource/app.ts';
import { directory, HELPDESK, people } from './directory.ts';
import { useDirectory } from './use-directory.ts';

const api = useDirectory('directory');
const ask = (query: string) => api.send({ as: 'firm 0', path: `${HELPDESK}${query}` });

describe('a list that a parameter chooses', () => {
  test('answers under its value; the last one counts', async () => {
    expect((await ask('?action=loadPeoples')).json).toHaveProperty('total_count');
    expect((await ask('?action=listOffices')).json).toMatchObject({ items: [], total: 0, page: 1, size: 20 });
    expect((await ask('?action=loadPeoples&action=listOffices')).json).toHaveProperty('total');
  });

  test.each([
    ['', 'This parameter is required. Known: loadPeoples, listOffices.'],
    ['?action=', 'Unknown action. Known: loadPeoples, listOffices.'],
    ['?action=loadPeople', "Unknown action. Known: loadPeoples, listOffices. Did you mean 'loadPeoples'?"],
    ['?action=constructor&page=x', 'Unknown action. Known: loadPeoples, listOffices.'],
  ])('is not there at %j', async (query, message) => {
    const { status, json } = await ask(query);
    expect({ status, errors: json.errors }).toEqual({ status: 400, errors: { action: [message] } });
  });

  test('is refused by who it is before what was wrong', async () => {
    const { status } = await api.send({ as: 'alt_nobody', path: `${HELPDESK}?action=nonsense` });
    expect(status).toBe(401);
  });

  test('has no page below it, and does not know the other’s parameters', async () => {
    const below = await api.send({ as: 'firm 0', path: `${HELPDESK}1/?action=loadPeoples` });
    expect(below.status).toBe(404);
    expect((await ask('?action=listOffices&page_size=3')).json.errors).toEqual({
      page_size: [expect.stringContaining('Unknown parameter')],
    });
  });

  test('is described with the others of its path', async () => {
    const { json } = await api.send({ path: '/openapi.json' });
    expect(await new Validator().validate(json)).toEqual({ valid: true });
    const { get } = json.paths[HELPDESK];
    const schemaOf = (parameter: string) =>
      get.parameters.find((one: { name: string }) => one.name === parameter)?.schema;
    expect(schemaOf('action')).toEqual({ type: 'string', enum: ['loadPeoples', 'listOffices'] });
    expect(['page', 'page_size', 'size', 'department', 'floor__gte'].filter((one) => !schemaOf(one))).toEqual([]);
    const { anyOf } = get.responses[200].content['application/json'].schema;
    expect(anyOf).toHaveLength(2);
    expect(Object.keys(json.components.schemas['directory.people.page'].properties)).toEqual([
      ...['items', 'total_count', 'page_size', 'current_page', 'total_pages', 'has_next', 'has_previous'],
    ]);
    expect(json.paths['/places/{id}/']).toBeDefined();
    expect(json.paths[`${HELPDESK}{id}/`]).toBeUndefined();
  });
});

test.each([
  ['two of one value', [people, people]],
  ['one without a value', [people, { ...people, chosenBy: null }]],
  ['another parameter', [people, { ...people, chosenBy: { parameter: 'kind', value: 'x' } }]],
])('resources at one path are refused: %s', (_, resources) => {
  expect(() => app({ ...directory, resources })).toThrow('has the path of people');
});
