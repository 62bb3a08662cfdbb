import type { AdversarialWorkspace } from '../sample/adversarial.ts';
import type { DistributionName } from '../sample/distributions.ts';

/** Filters by name, each with what it lists there: the marked customers, or some that every search has to look through. */
export type Requests = Readonly<Record<string, string>>;

const ATLANTIS = `other_attributes=${encodeURIComponent('city=Atlantis')}`;

/** What a distribution hides where plans must not depend on it, asked for term by term and together. */
export function requestsOf(name: DistributionName, workspace: AdversarialWorkspace): Requests {
  if (name === 'texts') return { ...TEXTS, ...mixed(workspace) };
  if (name === 'labels') return labelled(workspace);
  return { ...alone(workspace), ...mixed(workspace), ...twelve(workspace) };
}

function alone({ labelIds: { rare, common }, employeeId }: AdversarialWorkspace): Requests {
  return {
    'no filter': '',
    'page of 100': 'page_size=100&status__neq=blocked',
    status: 'status=blocked',
    'not status': 'status__neq=active',
    'no status': 'status__isnull=true',
    quality: 'quality=dead',
    carrier: 'carrier=Rare',
    duration: 'duration=999',
    'duration from': 'duration__gte=999',
    'duration below': 'duration__lt=50',
    'not duration': 'duration__neq=999',
    flag: 'is_test=true',
    attribute: ATLANTIS,
    employee: `employee_id=${employeeId}`,
    label: `labels__id=${rare}`,
    'without label': `labels__id__neq=${common}`,
    'search, rare': 'search=needle',
    'search, frequent': 'search=mail',
    window: 'created_at__gte=2025-01-01&created_at__lt=2025-02-01',
    alternatives: `any=status%3Ablocked%7Ccarrier%3ARare%7Clabels__id%3A${rare}`,
  };
}

function mixed({ labelIds: { rare, common } }: AdversarialWorkspace): Requests {
  return {
    'three facets': 'status=blocked&quality=dead&call_status=failed',
    'facet + range': 'status=blocked&duration__gte=999',
    'dense facet + rare label': `status__neq=blocked&labels__id=${rare}`,
    'opposite facets, none': 'status=active&quality=dead',
    'frequent label + its opposite, none': `labels__id=${common}&labels__id__neq=${common}`,
    'label + search': `labels__id=${rare}&search=needle`,
    'frequent search + frequent filter': 'search=mail&is_test=false',
    'frequent search + frequent range, none': 'search=mail&duration__lt=0',
  };
}

function twelve({ labelIds: { rare, common } }: AdversarialWorkspace): Requests {
  const dense = [
    ...['status__neq=blocked', 'quality__neq=dead', 'call_status__neq=failed', 'carrier=Telekom,Orange,Rare'],
    ...['duration__gte=1', 'duration__lt=500', 'is_test=false', 'checked=false', `labels__id__neq=${rare}`],
    ...['created_at__lt=2100-01-01', 'search=mail'],
  ].join('&');
  return {
    'twelve terms': `${dense}&any=quality%3Ahot%7Cquality%3Awarm`,
    'twelve terms, none': `${dense}&labels__id=${rare}`,
    'twelve terms, none by an attribute': `${dense}&${ATLANTIS}`,
    everything: `status=blocked&carrier=Rare&duration__gte=999&is_test=true&${ATLANTIS}&labels__id=${rare}&labels__id__neq=${common}&search=needle`,
  };
}

function labelled({ labelIds: { rare, common } }: AdversarialWorkspace): Requests {
  return { 'no filter': '', label: `labels__id=${rare}`, 'without label': `labels__id__neq=${common}` };
}

const TEXTS: Requests = {
  'search for what every row has': 'search=customer.&status=active',
  'frequent text + frequent facet, none in common': 'search=common&status=inactive',
  'frequent text + frequent facet, all in common': 'search=common&status=active',
  'pieces in every row, the text in one': 'search=abcdef',
  'pieces in every row, the text in none': 'search=bcdefg+',
  'pieces in every row, the text in one, with a facet': 'search=abcdef&status=active',
};
