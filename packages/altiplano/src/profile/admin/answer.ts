import type { Health, RecommendationList } from '../admin-api.ts';
import { CUT } from '../diagnose/diagnose.ts';
import type { Profile } from '../profile.ts';
import type { Collector } from './collector.ts';
import type { PlanAdvice } from './plan-advice.ts';
import { recommendationsOf } from './recommendations.ts';
import { sees, type Viewer } from './viewer.ts';

/** One GET below `/_altiplano/api/`. */
export interface AdminCall {
  /** Without `/_altiplano/api/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly viewer: Viewer;
}

/** What a frame knows beside the collector; what it does not give, there is none of. */
export interface AdminSources {
  readonly collector: Collector;
  /** Where profiles outlive this process or come from another. */
  readonly find?: (id: string) => Promise<Profile | null>;
  readonly health?: () => Promise<Omit<Health, 'profiling'>>;
  /** EXPLAIN of one query of a profile of this process. */
  readonly explain?: (profile: Profile, ordinal: number) => Promise<unknown>;
  /** What plans say of the queries that are asked most. */
  readonly plans?: PlanAdvice;
}

export type AdminAnswer =
  | { readonly kind: 'found'; readonly body: unknown }
  /** The same whether it never was, is gone or is somebody else's. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly scope: string }
  | { readonly kind: 'wrong'; readonly parameter: string; readonly message: string };

const NO_HEALTH: Omit<Health, 'profiling'> = { rollups: [], caches: [], indexes: [] };
const found = (body: unknown): AdminAnswer => ({ kind: 'found', body });
/** What nobody handed out is not looked up. */
const ID = /^[\w-]{8,64}$/;
const UNKNOWN: AdminAnswer = { kind: 'unknown' };

/** The JSON API of the dashboard, without a word of HTTP: any server can put it behind its own door. */
export async function answerAdmin(sources: AdminSources, { path, query, viewer }: AdminCall): Promise<AdminAnswer> {
  const { collector } = sources;
  const [first, id, second, ordinal, last, ...more] = path.split('/');
  if (more.length > 0) return UNKNOWN;
  if (first === 'requests' && id !== undefined) {
    const profile = await findProfile(sources, viewer, id);
    if (profile === null) return UNKNOWN;
    if (second === undefined) return found(profile);
    return second === 'queries' && last === 'plan' ? explained(sources, viewer, profile, ordinal) : UNKNOWN;
  }
  if (id !== undefined) return UNKNOWN;
  switch (first) {
    case 'requests':
      return answerRequests(collector, viewer, query);
    case 'shapes':
      return found(collector.shapes(viewer));
    case 'routes':
      return found(collector.routes(viewer));
    case 'recommendations':
      return answerRecommendations(sources, viewer, query);
    case 'health':
      return found(await healthOf(sources, viewer));
    default:
      return UNKNOWN;
  }
}

function answerRequests(collector: Collector, viewer: Viewer, query: URLSearchParams): AdminAnswer {
  const numbers: Record<string, number> = { after: 0, limit: 200 };
  for (const name of Object.keys(numbers)) {
    const text = query.getAll(name).at(-1);
    if (text === undefined) continue;
    if (!/^\d{1,15}$/.test(text)) return { kind: 'wrong', parameter: name, message: 'Must be a whole number.' };
    numbers[name] = Number(text);
  }
  return found(collector.requests(viewer, numbers.after ?? 0, Math.max(1, numbers.limit ?? 1)));
}

/** Plans are looked at when that is asked for, and told from then on to whoever may see them. */
async function answerRecommendations(
  { collector, plans }: AdminSources,
  viewer: Viewer,
  query: URLSearchParams,
): Promise<AdminAnswer> {
  const asked = query.getAll('plans').at(-1) ?? 'false';
  if (asked !== 'true' && asked !== 'false')
    return { kind: 'wrong', parameter: 'plans', message: 'Must be true or false.' };
  const isAsked = asked === 'true';
  if (isAsked && !viewer.explains) return { kind: 'refused', scope: 'profile:explain' };
  if (isAsked && plans === undefined) return UNKNOWN;
  const told = viewer.explains ? plans : undefined;
  const seen = collector.seen(viewer);
  if (isAsked) await told?.look(seen);
  const list: RecommendationList = {
    recommendations: recommendationsOf(seen, (profile) => told?.of(profile) ?? []),
    plans: told?.figures(seen) ?? null,
  };
  return found(list);
}

async function findProfile({ collector, find }: AdminSources, viewer: Viewer, id: string): Promise<Profile | null> {
  const own = collector.profile(viewer, id);
  if (own !== null || find === undefined || !ID.test(id)) return own;
  const profile = await find(id);
  return profile !== null && sees(viewer, profile) ? profile : null;
}

async function explained({ explain }: AdminSources, viewer: Viewer, profile: Profile, text = ''): Promise<AdminAnswer> {
  if (!viewer.explains) return { kind: 'refused', scope: 'profile:explain' };
  const query = profile.queries.find(({ ordinal }) => String(ordinal) === text);
  // Half a statement is none.
  if (query === undefined || explain === undefined || query.text.endsWith(CUT)) return UNKNOWN;
  return found({ plan: query.plan ?? (await explain(profile, query.ordinal)) });
}

/** Of the whole server, so for its operators. */
async function healthOf({ collector, health }: AdminSources, viewer: Viewer): Promise<Health> {
  const own = viewer.everything ? ((await health?.()) ?? NO_HEALTH) : NO_HEALTH;
  return { ...own, profiling: collector.figures(viewer) };
}
