import { connectOwner, type OwnerClient } from 'altiplano';
import {
  type Caller,
  type Engine,
  issueToken,
  openWire,
  type Service,
  startEngine,
  type Wire,
  withOwner,
} from 'altiplano/testing';
import { callbot } from '../../../apps/callbot/app.ts';
import { type Limit, openLimit } from '../../limit/limit-client.ts';
import { type HttpClient, openHttpClient } from '../../measure/http-client.ts';
import { type ApiServer, startApiServer } from '../../server/api-server.ts';

/** Connections of the server's pool, by its default. */
export const POOL = 10;
export const SECRET = 'bench';

/** A user with a token, and as a plan sees them. */
export interface Asker {
  readonly token: string;
  readonly caller: Caller;
}

/** What a case is measured with. */
export interface Instruments {
  readonly url: string;
  /** The server in its own process, and one connection to it. */
  readonly api: ApiServer;
  readonly http: HttpClient;
  readonly limit: Limit;
  /** The engine in this process, for plans and buffers. */
  readonly service: Service;
  readonly engine: Engine;
  /** The same through a wire that counts. */
  readonly counted: Service;
  readonly wire: Wire;
  /** The naive twin's connection, and one through a wire of its own: with one query at a time it needs no delay. */
  readonly owner: OwnerClient;
  readonly countedOwner: OwnerClient;
  readonly naiveWire: Wire;
  askerOf(userId: string): Promise<Asker>;
  close(): Promise<void>;
}

export async function openInstruments(url: string): Promise<Instruments> {
  await withOwner(url, (client) => client.query('delete from altiplano.access_token'));
  const wire = await openWire(url, 1);
  const naiveWire = await openWire(url, 0);
  const engine = await startEngine({ url, apps: [callbot], pepper: SECRET, poolSize: 1 });
  const countedEngine = await startEngine({ url: wire.url, apps: [callbot], pepper: SECRET, poolSize: 1 });
  const owner = await connectOwner(url);
  const countedOwner = await connectOwner(naiveWire.url);
  const [api, limit] = await Promise.all([startApiServer(url, SECRET), openLimit(url, POOL)]);
  const http = openHttpClient();
  const askers = new Map<string, Promise<Asker>>();
  const askerOf = (userId: string): Promise<Asker> => {
    const asker = askers.get(userId) ?? findAsker(url, userId);
    askers.set(userId, asker);
    return asker;
  };
  const close = async () => {
    http.close();
    await Promise.all([api.stop(), limit.close(), engine.close(), countedEngine.close()]);
    await Promise.all([owner.end(), countedOwner.end()]);
    await Promise.all([wire.close(), naiveWire.close()]);
  };
  const parts = { url, api, http, limit, engine, wire, owner, countedOwner, naiveWire };
  return { ...parts, service: onlyService(engine), counted: onlyService(countedEngine), askerOf, close };
}

async function findAsker(url: string, userId: string): Promise<Asker> {
  const { role, employee_id } = await withOwner(url, async (client) => {
    const { rows } = await client.query('select role, employee_id from callbot.app_user where id = $1', [userId]);
    return rows[0];
  });
  const token = await issueToken(url, callbot.name, userId, [], SECRET);
  return { token, caller: { userId, role, attributes: { employee_id } } };
}

function onlyService({ services }: Engine): Service {
  const [service] = services;
  if (service === undefined) throw new Error('callbot has no resource');
  const failure = service.unavailable();
  if (failure !== null) throw failure;
  return service;
}
