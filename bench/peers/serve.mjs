import { createServer } from 'node:http';

/** A plain HTTP server for one token: `answer` gives the body of a 200. Prints `ready <origin>` when it listens. */
export function serve(answer) {
  const authorization = `Bearer ${process.env.TOKEN}`;
  const server = createServer((request, response) => {
    const end = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    };
    if (request.headers.authorization !== authorization) return end(401, '{}');
    const url = new URL(request.url, 'http://peer');
    answer(url.searchParams).then(
      (body) => (body === null ? end(403, '{}') : end(200, body)),
      (error) => end(500, JSON.stringify({ detail: String(error) })),
    );
  });
  listen(server);
}

export function listen(server) {
  server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
  process.on('SIGTERM', () => process.exit(0));
}
