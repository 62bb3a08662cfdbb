import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { useField } from './server.ts';

const api = useField();

test('the description is valid, and says what there is', async () => {
  const { json } = await api.send({ path: '/openapi.json' });
  const { valid, errors } = await new Validator().validate(structuredClone(json));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(Object.keys(json.paths)).toEqual(
    expect.arrayContaining([
      ...['/api/tracking/', '/api/tracking/{id}/', '/api/tracking/bulk/', '/api/journal/', '/api/journal/{id}/'],
      ...['/api/y_helpdesk/', '/api/wellness/run/', '/api/wellness/run/{id}/', '/api/wellness/reports/'],
    ]),
  );
  expect(JSON.stringify(json.paths['/api/journal/'].post.requestBody)).not.toContain('user_id');
});
