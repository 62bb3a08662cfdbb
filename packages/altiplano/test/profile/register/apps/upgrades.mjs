import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const server = createServer(async (_request, response) => {
  await pool.query('select 1 as asked');
  response.end('answered');
});
// As a WebSocket library does: the socket is the program's own from here on.
server.on('upgrade', async (_request, socket) => {
  await pool.query('select 1 as upgraded');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  socket.on('data', async (chunk) => {
    await pool.query('select 1 as message');
    socket.write(chunk);
  });
});
server.listen(0, () => console.log(server.address().port));
