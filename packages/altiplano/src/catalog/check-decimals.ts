import { Failure } from '../errors/failure.ts';
import type { Resource } from '../resource/resource.ts';
import { type Catalog, columnType } from './catalog.ts';

/** A filter that lets through more digits than its column has would be a defect nobody sees. DECL_INVALID */
export function checkDecimals({ name, table, filters }: Resource, catalog: Catalog): readonly Failure[] {
  return Object.entries(filters).flatMap(([filter, one]) => {
    if (one.kind !== 'compare' || one.digits === undefined) return [];
    const [type, declared] = [columnType(catalog, table, one.column), `numeric(${one.digits.join(',')})`];
    if (type === declared) return [];
    const problem = `says by its filter ${filter} that ${one.column} is a ${declared}, and it is a ${type}`;
    return [
      new Failure('DECL_INVALID', {
        values: { resource: name, problem, remedy: 'Declare the digits that the table has.' },
      }),
    ];
  });
}
