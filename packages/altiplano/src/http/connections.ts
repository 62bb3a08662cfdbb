import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Closes every connection without a request under way, now and from now on. */
  closeQuiet(): void;
}

/**
 * Counts the requests under way on each connection. Node's own `closeIdleConnections` passes over those that never sent
 * a byte, as browsers and proxies open them ahead of need: they would hold up a stop until its deadline.
 */
export function watchConnections(server: Server): Connections {
  const requests = new Map<Socket, number>();
  let closing = false;
  const add = (socket: Socket, change: number) => {
    const known = requests.get(socket);
    if (known !== undefined) requests.set(socket, known + change);
  };
  server.on('connection', (socket: Socket) => {
    if (closing) return void socket.destroy();
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, reply) => {
    add(socket, 1);
    reply.once('close', () => add(socket, -1));
  });
  return {
    closeQuiet() {
      closing = true;
      for (const [socket, underway] of requests) if (underway === 0) socket.destroy();
    },
  };
}
