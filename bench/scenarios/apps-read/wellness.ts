import { connectOwner, type OwnerClient } from 'altiplano';
import { openWire, runCounted, withOwner } from 'altiplano/testing';
import { field } from '../../../apps/field/app.ts';
import { wellness } from '../../../apps/field/jobs/wellness.ts';
import { reportNaively } from '../../../apps/field/naive.ts';
import { round } from '../../measure/samples.ts';
import { difference } from '../../peers/same.ts';
import { makeRow, type Row } from '../../result/result.ts';
import { DIFFERS } from './measure.ts';

export const WELLNESS = 'field: wellness report, all tenants';
/** The job and the naive one on the same tenants. */
export async function measureWellness(url: string, tenants: number): Promise<readonly Row[]> {
  const named = { case: WELLNESS, size: tenants };
  return withOwner(url, async (client) => {
    const period = await readPeriod(client);
    const naive = await runNaively(url, period);
    await client.query('delete from field.wellness_report');
    const began = performance.now();
    const { read, written } = await runCounted(client, wellness, { payload: { period } });
    const milliseconds = performance.now() - began;
    const found = difference(await readReports(client, period), naive.reports);
    const note = `${read} statements read, ${written} written; ${found === null ? 'same figures' : `${DIFFERS}: ${found}`}`;
    const { statements, roundTrips } = naive;
    return [
      makeRow({ ...named, variant: 'altiplano', statements: read + written, p50_ms: round(milliseconds), note }),
      makeRow({
        ...{ ...named, variant: 'naive', statements, round_trips: roundTrips, p50_ms: round(naive.milliseconds) },
        note: 'only reads',
      }),
    ];
  });
}

/** The last month that the sample fills. */
async function readPeriod(client: OwnerClient): Promise<string> {
  const { rows } = await client.query<{ period: string }>(
    `select to_char(max("timestamp") - interval '1 month', 'YYYY-MM') as period from field.journal_entry`,
  );
  return rows[0]?.period ?? '';
}

async function runNaively(url: string, period: string) {
  const wire = await openWire(url, 0);
  const client = await connectOwner(wire.url);
  try {
    wire.take();
    const began = performance.now();
    const reports = await reportNaively(client, field.schema, period);
    return { reports, milliseconds: performance.now() - began, ...wire.take() };
  } finally {
    await client.end();
    await wire.close();
  }
}

async function readReports(client: OwnerClient, period: string): Promise<readonly object[]> {
  const { rows } = await client.query<object>(
    `select tenant_id as tenant, people::text, entries::text, average_mood, average_stress, at_risk::text
     from field.wellness_report where period_start = $1::date order by tenant_id`,
    [`${period}-01`],
  );
  return rows;
}
