import type { FastifyInstance } from 'fastify';
import { ownCode } from '../action/refusals.ts';
import type { Engine } from '../engine.ts';
import { CATALOGUE, type CatalogueEntry } from '../errors/catalogue.ts';
import { Failure } from '../errors/failure.ts';
import { suggest } from '../request/suggest.ts';

/** Where a problem's `type` leads: the catalogue's entry as plain text. */
export function mountErrorPages(fastify: FastifyInstance, { actions }: Pick<Engine, 'actions'>): void {
  const entries: Readonly<Record<string, CatalogueEntry>> = { ...CATALOGUE, ...declaredEntries(actions) };
  fastify.get<{ Params: { code: string } }>('/errors/:code', async (request, reply) => {
    const { code } = request.params;
    const entry = Object.hasOwn(entries, code) ? entries[code] : undefined;
    if (entry === undefined) {
      throw new Failure('REQ_PATH_UNKNOWN', { values: { suggestion: suggest(code, Object.keys(entries)) } });
    }
    return reply.type('text/plain; charset=utf-8').send(print(code, entry));
  });
}

/** Refusals that apps declare. */
function declaredEntries(actions: Engine['actions']): Readonly<Record<string, CatalogueEntry>> {
  return Object.fromEntries(
    actions.flatMap(({ action, app }) =>
      Object.entries(action.refusals).map(([code, entry]) => [ownCode(app, code), entry] as const),
    ),
  );
}

function print(code: string, { status, message, hint, retired }: CatalogueEntry): string {
  const lines = [`${code} (${status})`, '', message, '', hint];
  return `${[...lines, ...(retired === undefined ? [] : ['', `Retired in ${retired}.`])].join('\n')}\n`;
}
