import { COPY_NULL, choices, DAY, identifiersOf, instantText, Random, type SampleTable } from 'altiplano/sample';
import { DEPARTMENTS, FAMILY_NAMES, GIVEN_NAMES } from './texts.ts';
import type { World } from './world.ts';

export const tenantIds = identifiersOf('tenant');

/** The supervisor of the biggest tenant, by whom a later run finds the sample again. */
export const DEMO_CODE = 'DEMO-SUPERVISOR';

const ROLES = choices(['worker', 92], ['supervisor', 6], ['counsellor', 2]);

export function tenantTable({ seed, tenants }: World): SampleTable {
  const id = tenantIds(seed, 'tenant');
  const rows = tenants.map((_, index) => `${id(index)}\tTenant ${index + 1}\ttrue`);
  return { table: 'tenant', columns: ['id', 'name', 'is_active'], total: rows.length, rows: () => rows };
}

export function peopleTable(world: World): SampleTable {
  return {
    table: 'people',
    columns: ['id', 'tenant_id', 'code', 'name', 'email', 'mobile', 'department', 'is_active', 'role', 'created_at'],
    total: world.volume.people,
    rows: () => peopleRows(world),
  };
}

function* peopleRows({ seed, anchor, tenants }: World): Generator<string> {
  const random = new Random(seed, 1);
  const tenantId = tenantIds(seed, 'tenant');
  for (const [index, { first, people }] of tenants.entries()) {
    for (let place = 0; place < people; place++) {
      const id = first + place;
      // A tenant's first two can always see what the others may not.
      const role = ['supervisor', 'counsellor'][place] ?? random.weighted(ROLES);
      const name = `${random.pick(GIVEN_NAMES)} ${random.pick(FAMILY_NAMES)}`;
      const code = id === 1 ? DEMO_CODE : `P${String(id).padStart(7, '0')}`;
      const email = random.chance(0.1) ? COPY_NULL : `p${id}@tenant${index + 1}.example`;
      const mobile = random.chance(0.2)
        ? COPY_NULL
        : `+91 ${70_000 + random.below(30_000)} ${10_000 + random.below(90_000)}`;
      const department = random.chance(0.15) ? COPY_NULL : random.pick(DEPARTMENTS);
      const isActive = place < 2 || !random.chance(0.06);
      const created = instantText(anchor - Math.floor((400 + random.unit() * 800) * DAY));
      yield [id, tenantId(index), code, name, email, mobile, department, isActive, role, created].join('\t');
    }
  }
}
