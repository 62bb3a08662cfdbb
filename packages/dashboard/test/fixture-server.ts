import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerPage } from '../answer-page.ts';
import type { Health, PlansLookedAt, Profile, Recommendation, RequestLine, Route, Shape } from '../src/api/types.ts';
import { HEALTH, OF_PLANS, RECOMMENDATIONS, routesOf, SHAPES } from './fixtures/overviews.ts';
import { PLAN } from './fixtures/plan.ts';
import { loopProfile } from './fixtures/profile.ts';

/** What the admin JSON says; tests change it while the page looks. */
export interface Told {
  lines: RequestLine[];
  profileOf: (id: string) => Profile | null;
  shapes: readonly Shape[];
  routes: readonly Route[];
  recommendations: readonly Recommendation[];
  /** Of whoever may have statements explained; each look takes two of them. */
  plans: PlansLookedAt | null;
  health: Health;
  /** Answered to everything instead. */
  status: number | null;
  token: string;
}

export interface FixtureServer {
  readonly origin: string;
  readonly told: Told;
  close(): Promise<void>;
}

export const TOKEN = 'alt_fixture';
const PREFIX = '/_altiplano/';

/** The page over made-up figures: what the page does with them needs no database. */
export async function startFixtureServer(port = 0): Promise<FixtureServer> {
  const told: Told = {
    lines: [],
    profileOf: (id) => loopProfile(24, id),
    shapes: SHAPES,
    routes: routesOf(60),
    recommendations: RECOMMENDATIONS,
    plans: { shapes: 3, looked: 0, refused: 0 },
    health: HEALTH,
    status: null,
    token: TOKEN,
  };
  const server = createServer((request, response) => void answer(told, request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${taken}`,
    told,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(told: Told, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const below = url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : null;
  const page = below === null ? null : await answerPage(below, request.headers['if-none-match']);
  if (page !== null) {
    response.writeHead(page.status, page.headers).end(page.body);
    return;
  }
  const [status, body] = below?.startsWith('api/') === true ? tell(told, below.slice(4), url, request) : [404, {}];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function tell(told: Told, path: string, url: URL, { headers }: IncomingMessage): readonly [number, unknown] {
  if (headers.authorization !== `Bearer ${told.token}`) {
    return [401, { detail: 'No token.', hint: 'altiplano token prints one.' }];
  }
  if (told.status !== null) return [told.status, { detail: 'It was told to fail.', hint: 'See its log.' }];
  const [first, id = '', , , last] = path.split('/').map(decodeURIComponent);
  if (first === 'requests' && last === 'plan') return [200, { plan: PLAN }];
  if (first === 'requests' && id !== '') {
    const profile = told.profileOf(id);
    return profile === null ? [404, {}] : [200, profile];
  }
  if (first === 'requests') return [200, listOf(told, url)];
  if (first === 'recommendations' && url.searchParams.get('plans') === 'true') lookAtPlans(told);
  const { shapes, routes, recommendations, plans, health } = told;
  const answers: Readonly<Record<string, unknown>> = {
    shapes: { shapes },
    routes: { routes },
    recommendations: { recommendations, plans },
    health,
  };
  const found = answers[first ?? ''];
  return found === undefined ? [404, {}] : [200, found];
}

function lookAtPlans(told: Told): void {
  if (told.plans === null) return;
  const { shapes, looked } = told.plans;
  const now = Math.min(shapes, looked + 2);
  told.plans = { shapes, looked: now, refused: now === shapes ? 1 : 0 };
  if (looked === 0) told.recommendations = [...told.recommendations, OF_PLANS];
}

function listOf({ lines }: Told, { searchParams }: URL): unknown {
  const after = Number(searchParams.get('after'));
  const limit = Number(searchParams.get('limit'));
  return {
    requests: lines.filter(({ sequence }) => sequence > after).slice(0, limit),
    missed: 0,
    last: lines.at(-1)?.sequence ?? 0,
  };
}
