import { connectOwner, type OwnerClient } from 'altiplano';
import { openWire } from 'altiplano/testing';
import { openLimit } from '../../limit/limit-client.ts';
import { median, percentiles, timeRepeatedly } from '../../measure/samples.ts';
import { makeRow, type Row } from '../../result/result.ts';
import { startApiServer } from '../../server/api-server.ts';
import { type Case, targetOf } from './case.ts';
import { type Instruments, SECRET } from './instruments.ts';
import { explain, workOf } from './measure-case.ts';
import type { Effort } from './volume.ts';

/** The first page with the database a network away: every answer of the database comes a millisecond later. */
export async function measureNetwork(
  instruments: Instruments,
  subject: Case,
  { latency }: Effort,
): Promise<readonly Row[]> {
  const wire = await openWire(instruments.url, 1);
  const [api, limit] = await Promise.all([startApiServer(wire.url, SECRET), openLimit(wire.url, 1)]);
  const far = await connectOwner(wire.url);
  try {
    const note = `the proxy adds ${(await added(instruments.owner, far)).toFixed(1)} ms to a round trip`;
    const { token } = await instruments.askerOf(subject.user);
    const explanation = await explain(instruments, subject);
    const url = api.origin + targetOf(subject);
    const row = (variant: string, trips: number, samples: readonly number[]) =>
      makeRow({
        case: `+1 ms network: ${subject.name}`,
        variant,
        size: subject.size,
        statements: 1,
        round_trips: trips,
        ...percentiles(samples),
        note,
      });
    return [
      row('altiplano', 1, await timeRepeatedly(latency, () => instruments.http.ask(url, token))),
      row('limit', 1, await limit.latency(workOf(subject, explanation, true), latency)),
      row('limit, 4 round trips', 4, await limit.latency(workOf(subject, explanation, false), latency)),
    ];
  } finally {
    await Promise.all([api.stop(), limit.close(), far.end()]);
    await wire.close();
  }
}

async function added(near: OwnerClient, far: OwnerClient): Promise<number> {
  const ping = (client: OwnerClient) => timeRepeatedly({ most: 30, milliseconds: 500 }, () => client.query('select 1'));
  return median(await ping(far)) - median(await ping(near));
}
