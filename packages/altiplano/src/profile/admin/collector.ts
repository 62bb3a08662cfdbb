import type { Health, RequestLine, RequestList, RouteList, ShapeList } from '../admin-api.ts';
import { bottleneckOf } from '../diagnose/bottleneck.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import { lengthOf } from '../diagnose/intervals.ts';
import { timesOf } from '../diagnose/query-times.ts';
import type { Finding } from '../finding.ts';
import type { Profile } from '../profile.ts';
import type { Recording } from '../recording.ts';
import { findVerdicts } from '../verdict/verdicts.ts';
import { KeptProfiles } from './kept.ts';
import { rulesOf } from './recommendations.ts';
import { RequestRing } from './ring.ts';
import { RouteFigures } from './routes.ts';
import { shapesOf } from './shapes.ts';
import { type Owner, sees, type Viewer } from './viewer.ts';

const NOBODY: Owner = { app: null, tenant: null, user: null };
/** What is wrong with a recording. */
export type FindFindings = (recording: Recording) => readonly Finding[];
/** Recordings that wait to be looked at; when requests come faster than that, some are not. */
const MOST_WAITING = 1_000;

/** What one process remembers of its requests: the last ones, figures of its routes, and profiles. */
export class Collector {
  readonly #ring = new RequestRing();
  readonly #routes = new RouteFigures();
  readonly #kept = new KeptProfiles();
  readonly #level: string;
  #waiting: (() => void)[] = [];
  #overlooked = 0;

  readonly #find: FindFindings;

  /** @param level what is noted of ordinary requests, to be shown */
  constructor(level = 'off', find: FindFindings = findVerdicts) {
    this.#level = level;
    this.#find = find;
  }

  /** Diagnosed now, and remembered. */
  keepNow(recording: Recording, owner: Owner): Profile {
    const options = { ...owner, findings: this.#find(recording) };
    const profile = diagnose(recording, options);
    this.#note(recording, options);
    this.#kept.add(profile);
    return profile;
  }

  /** Later, between requests: diagnosing is not what the caller waits for. It throws nothing. */
  add(recording: Recording, owner: Owner = NOBODY): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#overlooked += 1;
      return;
    }
    this.#waiting.push(() => {
      const options = { ...owner, findings: this.#find(recording) };
      this.#note(recording, options);
      this.#kept.addLater(recording, options);
    });
    if (this.#waiting.length === 1) setImmediate(() => this.settle());
  }

  /** Looks at what waits, now: so does whoever reads. */
  settle(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (const look of all) {
      try {
        look();
      } catch {
        this.#overlooked += 1; // a profiler that cannot make sense of a request says so, and nothing else happens
      }
    }
  }

  #note(recording: Recording, { findings, ...owner }: Owner & { readonly findings: readonly Finding[] }): void {
    const line = lineOf(recording, owner.app, findings);
    this.#ring.add(line, owner);
    this.#routes.add(line);
  }

  requests(viewer: Viewer, after: number, limit: number): RequestList {
    this.settle();
    const list = this.#ring.list(viewer, after, limit);
    return { ...list, requests: list.requests.map((line) => ({ ...line, kept: this.#kept.has(line.id) })) };
  }

  profile(viewer: Viewer, id: string): Profile | null {
    this.settle();
    const profile = this.#kept.find(id);
    return profile !== null && sees(viewer, profile) ? profile : null;
  }

  shapes(viewer: Viewer): ShapeList {
    return shapesOf(this.seen(viewer));
  }

  /** An operator's are those of every request of the last hour; others' those of the requests still listed. */
  routes(viewer: Viewer): RouteList {
    this.settle();
    if (viewer.everything) return this.#routes.list();
    const own = new RouteFigures();
    for (const line of this.#ring.seenBy(viewer)) own.add(line);
    return own.list();
  }

  /** How much is kept of everybody's, and lost, is an operator's to know. */
  figures(viewer: Viewer): Health['profiling'] {
    if (!viewer.everything) {
      return { level: this.#level, kept: this.seen(viewer).length, bytes: null, dropped: null };
    }
    const { dropped, ...figures } = this.#kept.figures();
    return { level: this.#level, ...figures, dropped: dropped + this.#overlooked };
  }

  /** Profiles that are kept, as far as they are the viewer's to see. */
  seen(viewer: Viewer): readonly Profile[] {
    this.settle();
    return this.#kept.of((owner) => sees(viewer, owner));
  }
}

function lineOf(recording: Recording, app: string | null, findings: readonly Finding[]): Omit<RequestLine, 'sequence'> {
  const { id, startedAt, request, duration, statements, kind, queries } = recording;
  return {
    ...{ id, at: new Date(startedAt).toISOString(), app, total: duration, statements },
    method: request?.method ?? kind.toUpperCase(),
    path: request?.path ?? '',
    route: request?.route ?? kind,
    status: request?.status ?? null,
    database: lengthOf(queries.flatMap((query) => timesOf(query)?.database ?? [])),
    bottleneck: bottleneckOf(recording, []).type,
    verdicts: rulesOf(findings),
    kept: true,
  };
}
