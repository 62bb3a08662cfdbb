import { Buffer } from 'node:buffer';

/**
 * Cuts a stream of PostgreSQL's protocol into messages: a type byte and a length, except for the client's very first
 * one, which has no type. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function readMessages(
  side: 'client' | 'server',
  tell: (type: string, body: Buffer) => void,
): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let head = side === 'client' ? 0 : 1;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= head + 4) {
      const length = head + rest.readUInt32BE(head);
      if (rest.length < length) return;
      tell(rest.toString('latin1', 0, head), rest.subarray(head + 4, length));
      rest = rest.subarray(length);
      head = 1;
    }
  };
}

/** The strings a message begins with, each ended by a zero byte. */
export function readStrings(body: Buffer, count: number): readonly string[] {
  return body.toString('utf8').split('\0', count);
}
