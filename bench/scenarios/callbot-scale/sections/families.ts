import type { Tenant } from '../../callbot-read/tenants.ts';

/** One filter family, asked for as a page and as a count. The first names are those of earlier results. */
export interface Family {
  readonly name: string;
  readonly query: string;
  readonly isEmployee?: boolean;
}

/** Every filter family of the contract, frequent and rare, alone and together. */
export function familiesOf({ labels, attribute, text, employeeId }: Tenant): readonly Family[] {
  const [label = '', second = ''] = labels;
  const queries = {
    'status=active': 'status=active',
    'status__neq=blocked': 'status__neq=blocked',
    status__isnull: 'status__isnull=true',
    'three facets': 'status=active&quality=hot,warm&call_status=pending,calling',
    label: `labels__id=${label}`,
    'two labels': `labels__id=${label},${second}`,
    'without label': `labels__id__neq=${label}`,
    'attribute, frequent': 'other_attributes=plan%3Dfree',
    'attribute, rare': `other_attributes=${encodeURIComponent(attribute)}`,
    'carrier, frequent': 'carrier=Viettel',
    'carrier, rare': 'carrier=Sateliot',
    'is_test=true': 'is_test=true',
    'two flags': 'is_test=false&checked=true',
    employee_id: `employee_id=${employeeId}`,
    'duration, wide': 'duration__gte=10&duration__lt=120',
    'duration, narrow': 'duration__gt=1000',
    'duration, equal': 'duration=0',
    'window of time': 'created_at__gte=2000-01-01&created_at__lt=2100-01-01',
    'search, frequent': 'search=example',
    'search, rare': `search=${encodeURIComponent(text)}`,
    'search, none': 'search=zzqqzzqq',
    'search, frequent trigrams and no row': 'search=ample.org%40e',
    'alternatives (any)': 'any=status%3Ablocked%7Cquality%3Adead',
    'two groups of alternatives': `any=status%3Ablocked%7Cquality%3Adead&any=is_test%3Atrue%7Clabels__id%3A${label}`,
    'facet + label': `status=active&labels__id=${label}`,
    'rare facet + label': `status=blocked&labels__id=${label}`,
    'attribute + search': 'other_attributes=plan%3Dfree&search=kowalski',
    'rare attribute + search': `other_attributes=${encodeURIComponent(attribute)}&search=example`,
    'range + facet + label': `duration__gte=60&status=active&labels__id=${label}`,
    'carrier + flag + range': 'carrier=Sateliot&is_test=true&duration__gte=10',
    'five terms': `status=active&quality__neq=dead&labels__id=${label}&other_attributes=plan%3Dfree&duration__gt=30`,
    'twelve terms': `status__neq=blocked&quality__neq=dead&call_status__neq=failed&carrier=Viettel,Vodafone&labels__id=${label}&labels__id__neq=${second}&duration__gte=1&duration__lt=500&other_attributes=plan%3Dfree&is_test=false&checked=false&created_at__lt=2100-01-01`,
    'twelve terms, none': `status__neq=blocked&quality__neq=dead&call_status__neq=failed&carrier=Viettel,Vodafone&labels__id=${label}&labels__id__neq=${second}&duration__gte=1&duration__lt=500&other_attributes=plan%3Dfree&is_test=false&checked=false&other_attributes=city%3DAtlantis`,
  };
  const families = Object.entries(queries).map(([name, query]): Family => ({ name, query }));
  return [
    { name: 'no filter', query: '' },
    ...families,
    { name: 'as employee', query: '', isEmployee: true },
    { name: 'as employee + facet', query: 'status=active', isEmployee: true },
  ];
}

const NOBODY = {
  size: 0,
  workspace: '',
  admin: '',
  employee: '',
  visible: 0,
  customer: '',
  employeeId: '',
  labels: [],
  attribute: '',
  text: '',
};
export const FAMILY_NAMES: readonly string[] = familiesOf(NOBODY).map(({ name }) => name);
