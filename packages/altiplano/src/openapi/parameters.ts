import { LONGEST_LIST } from '../request/values.ts';
import type { Filter } from '../resource/filter.ts';
import type { Resource } from '../resource/resource.ts';
import { valueSchema } from './column-schema.ts';
import type { Schema } from './schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly description: string;
  readonly schema: Schema;
  readonly required?: true;
  readonly style?: 'form';
  readonly explode?: boolean;
}

export function tenantParameter({ tenant }: Resource): Parameter {
  const description = `The ${tenant.noun} it is about; the credential must reach it.`;
  return { name: tenant.column, in: 'query', description, required: true, schema: valueSchema('uuid') };
}

export const PROFILE_PARAMETER: Parameter = {
  name: '_profile',
  in: 'query',
  description: 'Say where the time went.',
  schema: { type: 'boolean' },
};

/** Every query parameter of a list: the tenant, the filters (all AND), and paging. */
export function listParameters(resource: Resource): readonly Parameter[] {
  const filters = Object.entries(resource.filters).map(([name, filter]): Parameter => {
    return { name, in: 'query', ...describeFilter(filter, resource) };
  });
  return [tenantParameter(resource), ...filters, ...pagingParameters(resource), PROFILE_PARAMETER];
}

function pagingParameters({ page }: Resource): readonly Parameter[] {
  const parameter = (name: string, description: string, schema: Schema): Parameter => {
    return { name, in: 'query', description, schema };
  };
  return [
    parameter('cursor', 'A place in the list, from `next` or `previous` of a page. Opaque.', { type: 'string' }),
    parameter('page_size', `Rows of a page; more than ${page.most} is taken as ${page.most}.`, {
      type: 'integer',
      minimum: 1,
      default: page.size,
    }),
    parameter('count', 'What `count` of the reply holds; null when absent.', {
      type: 'string',
      enum: ['exact', 'estimated'],
    }),
  ];
}

type Described = Pick<Parameter, 'description' | 'schema' | 'style' | 'explode'>;

function describeFilter(filter: Filter, { domains }: Resource): Described {
  switch (filter.kind) {
    case 'values': {
      const value = valueSchema(filter.type, domains[filter.column]);
      const { column } = filter;
      if (filter.list) return commaSeparated(`\`${column}\` is ${filter.negated ? 'none' : 'one'} of these`, value);
      return { description: `\`${column}\` is ${filter.negated ? 'not ' : ''}this.`, schema: value };
    }
    case 'null':
      return { description: `\`${filter.column}\` is null, or with \`false\` is not.`, schema: { type: 'boolean' } };
    case 'compare':
      return { description: `\`${filter.column}\` ${filter.comparison} this.`, schema: valueSchema(filter.type) };
    case 'linked':
      return commaSeparated(`Linked to ${filter.negated ? 'none' : 'any'} of these ${filter.target} ids`, {
        ...valueSchema('uuid'),
      });
    case 'attribute':
      return {
        description: `\`key=value\`: that key of \`${filter.column}\`, as text, is the value. Repeatable; all must hold.`,
        schema: { type: 'array', items: { type: 'string', pattern: '^[^=]+=' } },
        style: 'form',
        explode: true,
      };
    case 'search':
      return {
        description: `Part of ${filter.columns.map((column) => `\`${column}\``).join(' or ')}, ignoring case.`,
        schema: { type: 'string', minLength: filter.least },
      };
  }
}

function commaSeparated(meaning: string, items: Schema): Described {
  return {
    description: `${meaning}; comma-separated, at most ${LONGEST_LIST}.`,
    schema: { type: 'array', items, maxItems: LONGEST_LIST },
    style: 'form',
    explode: false,
  };
}
