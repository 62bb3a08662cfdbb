import { expect, test } from 'vitest';
import { readRequests } from './request-file.ts';

const ORIGIN = 'http://127.0.0.1:3000';
const read = (text: string, environment: NodeJS.ProcessEnv = {}) =>
  readRequests(text, { origin: ORIGIN, environment, bodyOf: (file) => `<${file}>` });

test('requests with times, headers of the lines below, bodies, comments', () => {
  const text = `# read
GET /articles?limit=5
authorization: Token \${TOKEN}
5x POST /articles {"title": "a b"}
Authorization:
PUT http://127.0.0.1:3000/articles/1 @article.json`;
  const plain = { headers: {}, times: 1, body: null };
  expect(read(text, { TOKEN: 't0' })).toEqual({
    requests: [
      { ...plain, line: 2, written: 'GET /articles?limit=5', method: 'GET', path: '/articles?limit=5' },
      {
        line: 4,
        written: '5x POST /articles {"title": "a b"}',
        times: 5,
        method: 'POST',
        path: '/articles',
        headers: { authorization: 'Token t0' },
        body: '{"title": "a b"}',
      },
      {
        ...{ ...plain, line: 6, method: 'PUT', path: '/articles/1', body: '<article.json>' },
        written: 'PUT http://127.0.0.1:3000/articles/1 @article.json',
      },
    ],
  });
});

test.each([
  ['get /articles', 'Neither'],
  ['FETCH /articles', 'Neither'],
  ['0x GET /articles', 'leave the line out'],
  ['GET http://127.0.0.1:3001/articles', 'is not http://127.0.0.1:3000'],
  ['GET //elsewhere.example/', "the program's own"],
  ['GET http://[', 'should is none'],
  ['GET /$' + '{NOTHING}', 'no NOTHING'],
])('%j is refused with its line', (text, problem) => {
  expect(read(`\n${text}`)).toEqual({ line: 2, problem: expect.stringContaining(problem) });
});

test('what the environment has is in the request, and in nothing that is told', () => {
  const secret = { TOKEN: 'http://elsewhere/s3cret', PART: 's3cret' };
  const written = 'GET /articles/$' + '{PART}';
  expect(read(written, secret)).toMatchObject({ requests: [{ written, path: '/articles/s3cret' }] });
  for (const text of ['GET $' + '{TOKEN}', 'GET http://[$' + '{PART}', 'FETCH $' + '{PART}'])
    expect(JSON.stringify(read(text, secret))).not.toContain('s3cret');
});
