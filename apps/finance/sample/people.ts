import { DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { FAMILY_NAMES, GIVEN_NAMES, ORGANIZATIONS, TEAMS } from './texts.ts';
import { idsOf, linksOf, organizationOfTeam, teamCount, type World } from './world.ts';

/** The first organization's owner, by whom a later run finds the sample again. */
export const DEMO_EMAIL = 'demo@finance.example';

export function organizationTable({ seed, volume }: World): SampleTable {
  const id = idsOf(seed, 'organization');
  const rows = Array.from({ length: volume.organizations }, (_, index) => {
    const name = ORGANIZATIONS[index % ORGANIZATIONS.length];
    return `${id(index)}\t${index < ORGANIZATIONS.length ? name : `${name} ${index + 1}`}`;
  });
  return { table: 'organization', columns: ['id', 'name'], total: rows.length, rows: () => rows };
}

export function teamTable({ seed, volume }: World): SampleTable {
  const [id, organization] = [idsOf(seed, 'team'), idsOf(seed, 'organization')];
  const rows = Array.from({ length: teamCount(volume) }, (_, index) =>
    [
      id(index),
      organization(organizationOfTeam(index, volume)),
      TEAMS[Math.floor(index / volume.organizations) % TEAMS.length],
    ].join('\t'),
  );
  return { table: 'team', columns: ['id', 'organization_id', 'name'], total: rows.length, rows: () => rows };
}

/** `digest`: of the password that all of them have, or nothing, and nobody can sign in. */
export function userTable({ seed, anchor, volume }: World, digest: string | null): SampleTable {
  return {
    table: 'app_user',
    columns: ['id', 'email', 'password_digest', 'name', 'is_active', 'created_at'],
    total: volume.users,
    *rows() {
      const random = new Random(seed, 2);
      const id = idsOf(seed, 'user');
      for (let index = 0; index < volume.users; index++) {
        const name = `${random.pick(GIVEN_NAMES)} ${random.pick(FAMILY_NAMES)}`;
        // Owners and accountants stay: each organization has somebody who may act.
        const isActive = index < 2 * volume.organizations || !random.chance(0.05);
        const created = instantText(anchor - Math.floor((400 + random.unit() * 900) * DAY));
        const email = index === 0 ? DEMO_EMAIL : `user${index + 1}@finance.example`;
        yield [id(index), email, digest ?? '\\N', name, isActive, created].join('\t');
      }
    },
  };
}

export function linkTable({ seed, volume }: World): SampleTable {
  const random = new Random(seed, 3);
  const [user, organization] = [idsOf(seed, 'user'), idsOf(seed, 'organization')];
  const rows = Array.from({ length: volume.users }, (_, index) =>
    linksOf(index, volume, random).map(([place, role]) => [user(index), organization(place), role].join('\t')),
  ).flat();
  return {
    ...{ table: 'organization_link', columns: ['user_id', 'organization_id', 'role'] },
    ...{ total: rows.length, rows: () => rows },
  };
}
