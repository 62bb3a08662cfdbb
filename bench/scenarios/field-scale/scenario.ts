import type { Report, RunOptions, Scenario } from '../../scenario.ts';
import { describePostgres, openPostgres } from '../../server/postgres.ts';
import type { AppBench } from '../apps-read/app-bench.ts';
import { fieldBench } from '../apps-read/apps/field.ts';
import { ensureLoaded } from '../apps-read/load.ts';
import { measureApp } from '../apps-read/measure.ts';
import { effortOf, report } from '../apps-read/scenario.ts';

const NAME = 'field-scale';

/** Points of devices as described: four fifths of them are one tenant's, ten million. */
const trackingBench: AppBench = {
  ...fieldBench,
  volumes: {
    quick: { tenants: 3, people: 500, tracking: 25_000, journal: 300 },
    full: { tenants: 3, people: 5_000, tracking: 12_500_000, journal: 3_000 },
  },
  places: async (owner) => {
    const places = await fieldBench.places(owner);
    const { rows } = await owner.query<{ user: string; size: number }>(
      `select p.id::text as user, (select count(*)::int from field.tracking k where k.tenant_id = p.tenant_id) as size
       from field.people p where p.id::text = any($1)`,
      [places.map(({ user }) => user)],
    );
    return [...rows].sort((one, other) => one.size - other.size);
  },
  cases: async (owner, place) =>
    (await fieldBench.cases(owner, place)).filter(({ target }) => target.startsWith('/api/tracking/')),
};

export const fieldScale: Scenario = {
  name: NAME,
  summary: "the lists of field's points at ten million points of one tenant, against the naive twin",
  run,
};

async function run({ root, quick, note }: RunOptions): Promise<Report> {
  const postgres = await openPostgres(root, note);
  try {
    const url = await ensureLoaded(postgres.adminUrl(), trackingBench, quick, note, 'tracking');
    const server = await describePostgres(url);
    note('measuring');
    const rows = await measureApp(url, trackingBench, effortOf(quick));
    const volume = { field: quick ? trackingBench.volumes.quick : trackingBench.volumes.full };
    return report(root, { scenario: NAME, postgres: server, volume, rows });
  } finally {
    await postgres.stop();
  }
}
