import { adversarialCases } from '../../callbot-read/adversarial-cases.ts';
import { type Case, listCase } from '../../callbot-read/case.ts';
import { casesOf } from '../../callbot-read/cases.ts';
import { measureCase } from '../../callbot-read/measure-case.ts';
import type { Tenant } from '../../callbot-read/tenants.ts';
import type { Bed, Section } from '../bed.ts';
import { readAdversarial } from '../load/load.ts';
import { familiesOf } from './families.ts';

const PAGES = ['first page', 'page 100', 'last page'];

/** Every filter family as a page and as a count, details and refusals, of both workspaces. */
export const filters: Section = {
  name: 'filters',
  async *measure(bed) {
    yield* measureAll(
      bed,
      'filters',
      once([...(await filterCases(bed)), ...[bed.small, bed.big].flatMap(familyCases)]),
    );
  },
};

/** What matches only at the far end of the big workspace, and the seven distributions of the fixtures. */
export const adversarial: Section = {
  name: 'adversarial',
  async *measure(bed) {
    const fixtures = adversarialCases(await readAdversarial(bed.url()), bed.volume.adversarial);
    yield* measureAll(bed, 'adversarial', [...oldestCases(bed.big), ...fixtures]);
  },
};

/** What earlier results had under a name keeps it; a count is named after its page. */
export function familyCases(tenant: Tenant): readonly Case[] {
  return familiesOf(tenant).flatMap(({ name, query, isEmployee }) => {
    const user = isEmployee ? tenant.employee : tenant.admin;
    const count = ['count=exact', query].filter((part) => part !== '').join('&');
    return [
      ...(name === 'no filter' ? [] : [listCase(tenant, name, query, { user, naive: null })]),
      listCase(tenant, `count: ${name}`, count, { user, naive: null }),
    ];
  });
}

export async function filterCases({ big, small, url }: Pick<Bed, 'big' | 'small' | 'url'>): Promise<readonly Case[]> {
  const cases = [...(await casesOf(url(), big, small)), ...(await casesOf(url(), small, big))];
  return cases.filter(({ name }) => !PAGES.includes(name));
}

/** By its name the later one: a family's page is measured once. */
function once(cases: readonly Case[]): readonly Case[] {
  return [...new Map(cases.map((subject) => [`${subject.name} ${subject.size}`, subject])).values()];
}

/** The forty oldest customers have a carrier, an attribute, a duration and a name of their own: found last in page order. */
export function oldestCases(tenant: Tenant): readonly Case[] {
  const queries = {
    'oldest: carrier': 'carrier=Oldest',
    'oldest: attribute': 'other_attributes=city%3DAtlantis',
    'oldest: duration': 'duration__gte=99999',
    'oldest: search': 'search=needle',
    'oldest: carrier + facet': 'carrier=Oldest&status=active',
    'oldest: attribute + frequent carrier, none': 'other_attributes=city%3DAtlantis&carrier=Viettel',
    'oldest: everything':
      'carrier=Oldest&other_attributes=city%3DAtlantis&duration__gte=99999&search=needle&is_test=false',
    'oldest: created_at__lt': 'created_at__lt=2000-01-01',
    'opposite facets': 'status=blocked&quality=dead&call_status=calling&is_test=true',
    'dense facets + rare attribute': 'status__neq=blocked&quality__neq=dead&other_attributes=ref%3DR-0001',
    'count=exact, four terms': 'count=exact&status=active&quality__neq=dead&other_attributes=plan%3Dfree&checked=false',
  };
  return Object.entries(queries).map(([name, query]) => listCase(tenant, name, query));
}

async function* measureAll(bed: Bed, name: string, cases: readonly Case[]) {
  const instruments = await bed.instruments();
  for (const [done, subject] of cases.entries()) {
    bed.tell({ name, done, total: cases.length });
    // The naive twin is asked in a section of its own, which has a limit in time.
    yield await measureCase(instruments, { ...subject, naive: null }, { ...bed.effort, burst: null });
  }
  bed.tell({ name, done: cases.length, total: cases.length });
}
