import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../errors/failure.ts';

/** Bytes of bodies under way at once: each is held about three times over, as bytes, as text and cut into members. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Room for the bodies of one process; what is announced counts from before the first byte until the reply is out. */
export class BodyRoom {
  readonly #most: number;
  #taken = 0;

  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  /**
   * @param longest of a body that does not say how long it is
   * @throws SERVER_BODIES_FULL
   */
  enter({ headers }: FastifyRequest, { raw }: FastifyReply, longest: number): void {
    const unknown = headers['transfer-encoding'] === undefined ? 0 : longest;
    const bytes = Math.min(Number(headers['content-length'] ?? unknown) || 0, longest);
    if (this.#taken + bytes > this.#most) throw new Failure('SERVER_BODIES_FULL');
    this.#taken += bytes;
    raw.once('close', () => {
      this.#taken -= bytes;
    });
  }
}
