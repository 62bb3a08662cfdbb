import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const AT = '/_altiplano/';
const FILES = ['', 'dashboard.js', 'dashboard.css'] as const;

/** The page that shows where the time goes. It holds nothing itself: what it shows it asks for, with a token (`admin-routes.ts`). */
export function mountDashboard(fastify: FastifyInstance): void {
  fastify.get('/_altiplano', async (_request, reply) => reply.redirect(AT, 308));
  for (const file of FILES) fastify.get(`${AT}${file}`, (request, reply) => answer(file, request, reply));
}

async function answer(file: string, { headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  // Not before somebody looks: the sources become a script then, and what makes it is loaded.
  const { answerPage } = await import('@altiplano/dashboard');
  const page = await answerPage(file, headers['if-none-match']);
  if (page === null) throw new Error(`the dashboard has no ${file}`);
  return reply.code(page.status).headers(page.headers).send(page.body);
}
