import { type Case, listCase } from './case.ts';
import { cursorBehind, type Tenant } from './tenants.ts';

const PAGE = 25;

/** Every case of a workspace of the sample. */
export async function casesOf(url: string, tenant: Tenant, stranger: Tenant): Promise<readonly Case[]> {
  return [...(await pages(url, tenant)), ...filters(tenant), ...conjunctions(tenant), ...others(tenant, stranger)];
}

async function pages(url: string, tenant: Tenant): Promise<readonly Case[]> {
  const { visible, workspace } = tenant;
  const behind = async (name: string, rows: number, note: string | null = null): Promise<Case> => {
    const cursor = await cursorBehind(url, workspace, rows);
    return listCase(tenant, name, `cursor=${cursor}`, { naive: { query: '', offset: rows }, note });
  };
  const deep = visible > 100 * PAGE ? 100 : 10;
  return [
    listCase(tenant, 'first page', ''),
    await behind('page 100', (deep - 1) * PAGE, deep === 100 ? null : 'page 10: there is no hundredth'),
    await behind('last page', visible - PAGE),
    listCase(tenant, 'page of 100', 'page_size=100'),
  ];
}

function filters(tenant: Tenant): readonly Case[] {
  const { labels, attribute, text, employeeId } = tenant;
  const queries = {
    'status=active': 'status=active',
    'status__neq=blocked': 'status__neq=blocked',
    'three facets': 'status=active&quality=hot,warm&call_status=pending,calling',
    label: `labels__id=${labels[0]}`,
    'two labels': `labels__id=${labels.join(',')}`,
    'without label': `labels__id__neq=${labels[0]}`,
    'attribute, frequent': `other_attributes=${encodeURIComponent('plan=free')}`,
    'attribute, rare': `other_attributes=${encodeURIComponent(attribute)}`,
    'carrier, frequent': 'carrier=Viettel',
    'carrier, rare': 'carrier=Sateliot',
    'is_test=true': 'is_test=true',
    'two flags': 'is_test=false&checked=true',
    employee_id: `employee_id=${employeeId}`,
    'duration, wide': 'duration__gte=10&duration__lt=120',
    'duration, narrow': 'duration__gt=1000',
    'search, frequent': 'search=example',
    'search, rare': `search=${encodeURIComponent(text)}`,
    'search, none': 'search=zzqqzzqq',
  };
  return Object.entries(queries).map(([name, query]) => listCase(tenant, name, query));
}

function conjunctions(tenant: Tenant): readonly Case[] {
  const { labels, attribute } = tenant;
  const frequent = `other_attributes=${encodeURIComponent('plan=free')}`;
  const rare = `other_attributes=${encodeURIComponent(attribute)}`;
  const queries = {
    'facet + label': `status=active&labels__id=${labels[0]}`,
    'rare facet + label': `status=blocked&labels__id=${labels[0]}`,
    'attribute + search': `${frequent}&search=kowalski`,
    'rare attribute + search': `${rare}&search=example`,
    'range + facet + label': `duration__gte=60&status=active&labels__id=${labels[0]}`,
    'carrier + flag + range': 'carrier=Sateliot&is_test=true&duration__gte=10',
    'five terms': `status=active&quality__neq=dead&labels__id=${labels[0]}&${frequent}&duration__gt=30`,
  };
  return Object.entries(queries).map(([name, query]) => listCase(tenant, name, query));
}

function others(tenant: Tenant, stranger: Tenant): readonly Case[] {
  const { customer, employee, labels } = tenant;
  return [
    listCase(tenant, 'as employee', '', { user: employee }),
    listCase(tenant, 'as employee + facet', 'status=active', { user: employee }),
    listCase(tenant, 'count=exact', 'count=exact'),
    listCase(tenant, 'count=exact, facet + label', `count=exact&status=active&labels__id=${labels[0]}`),
    listCase(tenant, 'count=estimated', 'count=estimated', { naive: null }),
    listCase(tenant, 'detail', '', { id: customer }),
    listCase(tenant, '403', '', { user: stranger.admin, status: 403, naive: null }),
  ];
}
