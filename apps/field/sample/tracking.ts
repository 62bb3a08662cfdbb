import { COPY_NULL, choices, copyText, DAY, instantText, mix, Random, type SampleTable } from 'altiplano/sample';
import { tenantIds } from './people.ts';
import { ODD_PAYLOADS } from './texts.ts';
import { drawPerson, type World } from './world.ts';

const SPAN = 365 * DAY;
const IDENTIFIERS = choices(['trip', 55], ['internal', 22], ['site', 14], ['external', 6], ['conveyance', 3]);

export function trackingTable(world: World): SampleTable {
  return {
    table: 'tracking',
    columns: [
      ...[
        'id',
        'tenant_id',
        'people_id',
        'identifier',
        'deviceid',
        'receiveddate',
        'latitude',
        'longitude',
        'accuracy',
      ],
      'payload',
    ],
    total: world.volume.tracking,
    rows: () => trackingRows(world),
  };
}

/** A year of points, one after the other; now and then two devices report at the same instant. */
function* trackingRows(world: World): Generator<string> {
  const { seed, anchor, volume } = world;
  const random = new Random(seed, 2);
  const tenantId = tenantIds(seed, 'tenant');
  let instant = anchor - SPAN;
  let previous: number | null = null;
  for (let id = 1; id <= volume.tracking; id++) {
    const { tenant, id: person } = drawPerson(random, world);
    const due = anchor - SPAN + Math.floor(((id - 1 + random.unit()) / volume.tracking) * SPAN);
    const isShared: boolean = previous !== null && person !== previous && random.chance(0.02);
    if (!isShared) instant = Math.max(due, instant + 1);
    // Two at most: a third could be of the first one's device.
    previous = isShared ? null : person;
    const [latitude, longitude] = placeOf(random, tenant);
    const accuracy = random.chance(0.1) ? COPY_NULL : String(random.below(500) / 10);
    yield [
      id,
      tenantId(tenant),
      person,
      random.weighted(IDENTIFIERS),
      deviceOf(seed, person),
      instantText(instant),
      latitude,
      longitude,
      accuracy,
      payloadOf(random),
    ].join('\t');
  }
}

/** Everybody carries one device. */
export function deviceOf(seed: number, person: number): string {
  return `dev-${mix(mix(seed) + person)
    .toString(16)
    .padStart(8, '0')}`;
}

/** Around the tenant's city, to a metre. */
function placeOf(random: Random, tenant: number): readonly [number, number] {
  const near = (center: number) => Math.round((center + random.unit() * 0.2) * 100_000) / 100_000;
  return [near(((tenant * 37) % 120) - 60), near(((tenant * 71) % 300) - 150)];
}

function payloadOf(random: Random): string {
  if (random.chance(0.03)) return random.pick(ODD_PAYLOADS);
  return copyText(`{"battery": ${random.below(101)}, "provider": "${random.chance(0.8) ? 'gps' : 'network'}"}`);
}
