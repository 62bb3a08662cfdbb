import type { FastifyInstance } from 'fastify';
import { CATALOGUE, type CatalogueEntry } from '../errors/catalogue.ts';
import { Failure } from '../errors/failure.ts';
import { suggest } from '../request/suggest.ts';

/** Where a problem's `type` leads: the catalogue's entry as plain text. */
export function mountErrorPages(fastify: FastifyInstance): void {
  fastify.get<{ Params: { code: string } }>('/errors/:code', async (request, reply) => {
    const { code } = request.params;
    const entries: Readonly<Record<string, CatalogueEntry>> = CATALOGUE;
    const entry = Object.hasOwn(entries, code) ? entries[code] : undefined;
    if (entry === undefined) {
      throw new Failure('REQ_PATH_UNKNOWN', { values: { suggestion: suggest(code, Object.keys(entries)) } });
    }
    return reply.type('text/plain; charset=utf-8').send(print(code, entry));
  });
}

function print(code: string, { status, message, hint, retired }: CatalogueEntry): string {
  const lines = [`${code} (${status})`, '', message, '', hint];
  return `${[...lines, ...(retired === undefined ? [] : ['', `Retired in ${retired}.`])].join('\n')}\n`;
}
