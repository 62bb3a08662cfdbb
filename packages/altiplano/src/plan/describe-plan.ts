import type { Plan, PlannedField } from './plan.ts';

/** What the one statement of a plan does, for a profile: `customers list: membership, relation employee, figures calls`. */
export function describePlan(plan: Plan): string {
  const { resource } = plan.target;
  const parts = plan.kind === 'list' || plan.kind === 'detail' ? partsOf(plan.fields) : [];
  const figures =
    'aggregates' in plan ? plan.aggregates.map(({ name, rollup }) => figuresOf(name, rollup !== null)) : [];
  return `${resource} ${plan.kind}: ${['membership', ...parts, ...figures].join(', ')}`;
}

const figuresOf = (name: string, kept: boolean): string => `figures ${name}${kept ? ' (kept)' : ''}`;

function partsOf(fields: readonly PlannedField[]): readonly string[] {
  return fields.flatMap((field): readonly string[] => {
    switch (field.kind) {
      case 'column':
      case 'encrypted':
      case 'aggregate':
        return [];
      case 'object':
        return partsOf(field.fields);
      default:
        return [`relation ${field.name}`];
    }
  });
}
