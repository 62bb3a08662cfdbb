import type { AdversarialWorkspace } from '../../../apps/callbot/sample/adversarial.ts';
import { type Case, targetOf } from './case.ts';
import type { Adversarial } from './load.ts';

/** What every distribution hides somewhere else, asked for term by term and together. */
export function adversarialCases(workspaces: Adversarial, size: number): readonly Case[] {
  return Object.entries(workspaces).flatMap(([distribution, workspace]) => {
    const { workspaceId, adminUserId, employeeUserId } = workspace;
    const asked = (name: string, query: string, user = adminUserId): Case => ({
      name: `${distribution}: ${name}`,
      size,
      workspace: workspaceId,
      user,
      id: null,
      query,
      status: 200,
      naive: null,
      compared: false,
      note: null,
    });
    const filters =
      distribution === 'labels' ? { label: `labels__id=${workspace.labelIds.rare}` } : filtersOf(workspace);
    return [
      asked(distribution === 'labels' ? 'first page, a customer of 3,000 labels' : 'first page', ''),
      ...Object.entries(filters).map(([name, query]) => asked(name, query)),
      ...(distribution === 'labels' ? [] : [asked('as employee', '', employeeUserId)]),
    ];
  });
}

function filtersOf({ labelIds: { rare, common }, employeeId }: AdversarialWorkspace): Record<string, string> {
  return {
    'status=blocked': 'status=blocked',
    'status__neq=active': 'status__neq=active',
    'quality=dead': 'quality=dead',
    'call_status=failed': 'call_status=failed',
    'three facets': 'status=blocked&quality=dead&call_status=failed',
    'carrier=Rare': 'carrier=Rare',
    'duration=999': 'duration=999',
    'duration__gte=999': 'duration__gte=999',
    'is_test=true': 'is_test=true',
    'checked=true': 'checked=true',
    attribute: 'other_attributes=city%3DAtlantis',
    employee_id: `employee_id=${employeeId}`,
    label: `labels__id=${rare}`,
    'without label': `labels__id__neq=${common}`,
    search: 'search=needle',
    'label + search': `labels__id=${rare}&search=needle`,
    'facet + range': 'status=blocked&duration__gte=999',
    'dense facet + rare label': `status__neq=blocked&labels__id=${rare}`,
    'opposite facets': 'status=active&quality=dead',
    everything: `status=blocked&carrier=Rare&duration__gte=999&is_test=true&other_attributes=city%3DAtlantis&labels__id=${rare}&search=needle`,
    'count=exact': 'count=exact&status=blocked',
  };
}

/** To name a case in a message. */
export const describeCase = (subject: Case): string => `${subject.name} (${targetOf(subject)})`;
