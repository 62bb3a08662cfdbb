import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import type { Client } from './pool.ts';

/** What the server told at connect; needed to cancel from another connection. */
interface Backend {
  readonly processID: number;
  readonly secretKey: number;
  readonly host: string;
  readonly port: number;
}

const CANCEL_REQUEST = 80_877_102; // https://www.postgresql.org/docs/current/protocol-message-formats.html

const CANCEL_PATIENCE_MS = 2_000;

/**
 * Cancels the running statement when the signal fires. The returned function stops listening and waits for a cancel
 * under way, so that it cannot hit the next request on the same connection.
 */
export function cancelOnAbort(client: Client, signal: AbortSignal | undefined): () => Promise<void> {
  if (signal === undefined) return async () => {};
  let sent: Promise<void> = Promise.resolve();
  const cancel = () => {
    sent = sendCancel(client as unknown as Backend);
  };
  signal.addEventListener('abort', cancel, { once: true });
  return async () => {
    signal.removeEventListener('abort', cancel);
    await sent;
  };
}

function sendCancel({ host, port, processID, secretKey }: Backend): Promise<void> {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(CANCEL_REQUEST, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    // The connection waits for this: a cancel that cannot be delivered must not hold it.
    socket.setTimeout(CANCEL_PATIENCE_MS, () => socket.destroy());
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
    socket.end(request);
  });
}
