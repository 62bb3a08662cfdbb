import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { BodyRoom } from './body-room.ts';

const FULL = expect.objectContaining({ code: 'SERVER_BODIES_FULL' });

function enter(room: BodyRoom, headers: Readonly<Record<string, string>>): EventEmitter {
  const raw = new EventEmitter();
  room.enter({ headers } as unknown as FastifyRequest, { raw } as unknown as FastifyReply, 60);
  return raw;
}

test('bodies take room from when they are announced until the reply is out', () => {
  const room = new BodyRoom(100);
  const first = enter(room, { 'content-length': '60' });
  expect(() => enter(room, { 'content-length': '41' })).toThrow(FULL);
  expect(() => enter(room, { 'transfer-encoding': 'chunked' })).toThrow(FULL);
  enter(room, { 'content-length': '40' });
  enter(room, {});
  first.emit('close');
  enter(room, { 'transfer-encoding': 'chunked' });
  expect(() => enter(room, { 'content-length': '1' })).toThrow(FULL);
});
