import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credential } from '../auth/authenticate.ts';
import { asFailure } from '../errors/problem.ts';
import type { Service } from '../pipeline.ts';
import { Collector } from '../profile/admin/collector.ts';
import type { Owner } from '../profile/admin/viewer.ts';
import { recorderOf } from '../profile/frameworks/request.ts';
import { printParameter } from '../profile/print-parameter.ts';
import type { Profile } from '../profile/profile.ts';
import type { Level } from '../profile/recording.ts';
import { startRecording } from '../profile/scope.ts';
import { swallow } from '../profile/state.ts';
import { profilingMembers, serverTiming } from '../profile/tools/profiling-members.ts';
import { type Trace, traceOf, within } from '../profile/trace.ts';
import { PROFILE_SCOPE } from '../resource/profile-scopes.ts';
import type { Reply } from '../respond/reply.ts';
import { scopesOf } from './profile-access.ts';
import { answerWith, asksForProfile, factsOf, type Profiled } from './profiled-reply.ts';
import { RecordedRequest } from './recorded-request.ts';
import { failureOf, refuse } from './refuse.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for requests of which nothing is noted. */
    recorded: RecordedRequest | null;
    /** Whom its stages tell: its own recording, or that of a program that is profiled as a whole. */
    trace: Trace | null;
    /** What an answer to whoever asked for a profile also has; null where nobody did, or nobody who may. */
    profiled: Profiled | null;
  }
}

export interface ProfilingOptions {
  /** What is noted of every request, for the dashboard. */
  readonly level: Extract<Level, 'off' | 'counts' | 'timings'>;
  /** Whether profiles show parameters: masked, cut, and only because the server's owner said so. */
  readonly parameters: boolean;
}

interface Refused {
  readonly error: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly recorded: RecordedRequest;
}

type Profilable = Pick<Service, 'authenticator' | 'catalog'>;

/** Says where the time of requests went: of one to whoever asks for it and may, of all to the dashboard. */
export class Profiling {
  readonly collector: Collector;
  readonly #options: ProfilingOptions;
  readonly #keep: (profile: Profile) => void;
  readonly #appOf: (schema: string) => string | null;
  /** Handlers at work, and requests so far: whoever is recorded sees whether it was alone on the thread. */
  #underway = 0;
  #begun = 0;

  constructor(options: ProfilingOptions, keep: (profile: Profile) => void, appOf: (schema: string) => string | null) {
    this.collector = new Collector(options.level);
    this.#options = options;
    this.#keep = keep;
    this.#appOf = appOf;
  }

  /** As early as anything of a request is heard. Where nobody asks and there is no dashboard it costs a look at the URL. */
  begin(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { level } = this.#options;
    this.#begun += 1;
    const around = recorderOf(request.raw);
    if (around !== null) request.trace = traceOf(around);
    const asked = request.raw.url?.includes('_profile=') === true && asksForProfile(request.raw.url);
    if (!asked && level === 'off') {
      done();
      return;
    }
    const recorder = startRecording('request', { level: asked || level === 'off' ? 'timings' : level, around });
    const traffic = { underway: this.#underway, begun: this.#begun };
    const isShared = () => traffic.underway > 0 || this.#begun > traffic.begun;
    const recorded = new RecordedRequest(recorder, asked, isShared);
    request.recorded = recorded;
    request.trace = recorded.trace;
    // However it ends: refused before its handler, left by its client.
    reply.raw.once('close', () => this.#finish(recorded, NOBODYS, request, reply.statusCode, false));
    done();
  }

  /** The same answer; to whoever asked and may, with its profile. */
  async around(service: Profilable, request: FastifyRequest, work: () => Promise<Reply>): Promise<Reply> {
    const { recorded } = request;
    this.#underway += 1;
    try {
      return recorded === null
        ? await within(request.trace, work)
        : await this.#recorded(recorded, service, request, work);
    } finally {
      this.#underway -= 1;
    }
  }

  async #recorded(
    recorded: RecordedRequest,
    service: Profilable,
    request: FastifyRequest,
    work: () => Promise<Reply>,
  ): Promise<Reply> {
    const { trace, asked } = recorded;
    trace.layered('middleware', trace.recorder.began, performance.now());
    const credential = asked ? await this.#may(service, request, recorded) : null;
    const told = credential !== null;
    const { level, parameters } = this.#options;
    if (parameters && (told || level !== 'off')) trace.print = printParameter;
    const owner = () => this.#ownerOf(service, recorded, credential);
    try {
      const answered = await within(trace, work);
      return answerWith(answered, this.#finish(recorded, owner(), request, answered.status, told));
    } catch (error) {
      request.profiled = this.#finish(recorded, owner(), request, asFailure(error).status, told);
      throw error;
    }
  }

  /** The error handler of a route: what is refused before its handler is at work is told to who asked for it, as what a handler refuses is. */
  refuses(service: Profilable) {
    return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> =>
      request.recorded?.asked === true && request.profiled === null
        ? this.#refuse(service, { error, request, reply, recorded: request.recorded })
        : refuse(error, request, reply);
  }

  async #refuse(service: Profilable, { error, request, reply, recorded }: Refused): Promise<FastifyReply> {
    const credential = await this.#may(service, request, recorded);
    if (credential !== null) {
      const owner = this.#ownerOf(service, recorded, credential);
      request.profiled = this.#finish(recorded, owner, request, failureOf(error, request).status, true);
    }
    return refuse(error, request, reply);
  }

  /** As answering found out; of what was refused before that, as the credential says. */
  #ownerOf({ catalog }: Profilable, { trace }: RecordedRequest, credential: Credential | null): Owner {
    return {
      app: this.#appOf(catalog.schema),
      tenant: trace.owner?.tenant ?? credential?.caller.tenant ?? null,
      user: trace.owner?.user ?? credential?.caller.userId ?? null,
    };
  }

  /** Whoever may not is not told so: for them the parameter means nothing. */
  async #may(
    { authenticator }: Profilable,
    { headers }: FastifyRequest,
    { trace }: RecordedRequest,
  ): Promise<Credential | null> {
    const started = performance.now();
    const known = () => authenticator.authenticate(headers.authorization, headers);
    const credential = await within(trace, known).catch(() => null);
    trace.layered('middleware', started, performance.now());
    return credential !== null && scopesOf(credential).includes(PROFILE_SCOPE) ? credential : null;
  }

  /** What was answered stands, whatever becomes of its profile: a write is done by now. */
  #finish(
    recorded: RecordedRequest,
    owner: Owner,
    request: FastifyRequest,
    status: number,
    told: boolean,
  ): Profiled | null {
    try {
      return this.#profile(recorded, owner, request, status, told);
    } catch (error) {
      swallow(error);
      return null;
    }
  }

  /** Ends the recording; null where nobody is told. */
  #profile(
    recorded: RecordedRequest,
    owner: Owner,
    request: FastifyRequest,
    status: number,
    told: boolean,
  ): Profiled | null {
    const recording = recorded.finish(factsOf(request, status));
    if (recording === null) return null;
    if (!told) {
      if (this.#options.level !== 'off') this.collector.add(recording, owner);
      return null;
    }
    const profile = this.collector.keepNow(recording, owner);
    this.#keep(profile);
    return {
      members: { _profiling: profilingMembers(profile, request.id) },
      headers: {
        'cache-control': 'no-store',
        'server-timing': serverTiming(profile),
        'altiplano-profile': profile.id,
      },
    };
  }
}

const NOBODYS: Owner = { app: null, tenant: null, user: null };
