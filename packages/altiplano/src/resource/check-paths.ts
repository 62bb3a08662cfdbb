import { Failure } from '../errors/failure.ts';
import type { Resource } from './resource.ts';

/**
 * Resources share a path only where the value of one parameter tells them apart.
 * @throws DECL_INVALID
 */
export function checkPaths(resources: readonly Resource[]): void {
  for (const [index, resource] of resources.entries()) {
    const before = resources.slice(0, index).find(({ path }) => path === resource.path);
    if (before === undefined) continue;
    const same = resource.chosenBy?.parameter === before.chosenBy?.parameter;
    const distinct = resources
      .slice(0, index)
      .every(({ path, chosenBy }) => path !== resource.path || chosenBy?.value !== resource.chosenBy?.value);
    if (resource.chosenBy !== null && same && distinct) continue;
    throw new Failure('DECL_INVALID', {
      values: {
        resource: resource.name,
        problem: `has the path of ${before.name}, ${resource.path}`,
        remedy: 'Give it another path, or each of them a `chosenBy` with the same parameter and a value of its own.',
      },
    });
  }
}

/** What is chosen by a parameter is a list and no more: a path below it has no such parameter. @throws DECL_INVALID */
export function checkChoice({ name, chosenBy, filters, tenant, writes, tenants, reads }: Resource): void {
  if (chosenBy === null) return;
  const { parameter } = chosenBy;
  const refuse = (problem: string, remedy: string): never => {
    throw new Failure('DECL_INVALID', { values: { resource: name, problem, remedy } });
  };
  if (writes !== null || !reads || tenants !== null)
    refuse(
      `is chosen by ${parameter} and more than a list of rows`,
      'Write them by another resource over the same table.',
    );
  if (parameter === tenant.column || Object.hasOwn(filters, parameter))
    refuse(`has two parameters called ${parameter}`, 'Give the filter another name.');
}
