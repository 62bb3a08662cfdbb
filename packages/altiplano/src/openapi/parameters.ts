import { groupedFilters, MOST_ALTERNATIVES } from '../request/groups.ts';
import { LOOKED_AT } from '../request/order.ts';
import { LONGEST_LIST } from '../request/values.ts';
import type { NumberedEnvelope } from '../resource/envelope.ts';
import type { Filter } from '../resource/filter.ts';
import type { Identity } from '../resource/identity.ts';
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
  readonly deprecated?: true;
}

/** None where the rows are tenants, or the credential says which one it is. */
export function tenantParameters({ tenant, tenants }: Resource, identity: Identity): readonly Parameter[] {
  const { membership } = identity;
  if (membership === undefined) return chosenParameters(identity);
  if (tenants !== null) return [];
  const description = `The ${tenant.noun} it is about; the credential must reach it.`;
  return [{ name: tenant.column, in: 'query', description, required: true, schema: valueSchema('uuid') }];
}

/** Headers that choose among the tenants a user has. */
export function chosenParameters({ tenancies }: Pick<Identity, 'tenancies'>): readonly Parameter[] {
  if (tenancies === undefined) return [];
  const { headers, kinds, own } = tenancies;
  const [kind, id] = headers;
  return [
    {
      name: kind,
      in: 'header',
      description: `Of what kind the tenant is; without it the ${own} itself.`,
      schema: { type: 'string', enum: kinds },
    },
    {
      name: id,
      in: 'header',
      description: 'Which one it is; the credential must reach it.',
      schema: valueSchema('uuid'),
    },
  ];
}

export const PROFILE_PARAMETER: Parameter = {
  name: '_profile',
  in: 'query',
  description:
    'With the scope `profile:read`: say where the time went, in a member `_profiling` and the header `Server-Timing`. Without it nothing is said.',
  schema: { type: 'boolean' },
};

/** Every query parameter of a list: the tenant, the filters (all AND), and paging. */
export function listParameters(resource: Resource, identity: Identity): readonly Parameter[] {
  const filters = Object.entries(resource.filters).map(([name, filter]): Parameter => {
    return { name, in: 'query', ...describeFilter(filter, resource) };
  });
  // Who may enter many tenants names none, and there are no old clients of such a list.
  if (resource.tenants !== null) return [...pagingParameters(resource), PROFILE_PARAMETER];
  return [
    ...tenantParameters(resource, identity),
    ...choiceParameter(resource),
    ...filters,
    ...groupParameter(resource),
    ...facetsParameter(resource),
    ...orderParameter(resource),
    ...pagingParameters(resource),
    ...oldPagingParameters(resource),
    PROFILE_PARAMETER,
  ];
}

const query = (name: string, description: string, schema: Schema): Parameter => {
  return { name, in: 'query', description, schema };
};

function choiceParameter({ chosenBy, name }: Resource): readonly Parameter[] {
  if (chosenBy === null) return [];
  const { parameter, value } = chosenBy;
  return [{ ...query(parameter, `\`${value}\`: ${name}.`, { type: 'string', enum: [value] }), required: true }];
}

function groupParameter(resource: Resource): readonly Parameter[] {
  const grouped = groupedFilters(resource);
  if (grouped.length === 0) return [];
  const description = [
    'A group of alternatives, at least one of which must hold: `parameter:value|parameter:value`.',
    `Parameters: ${grouped.map((name) => `\`${name}\``).join(', ')}; a value is what the parameter would be given.`,
    'In a value a bar is `\\|` and a backslash `\\\\`, whatever is percent-encoded.',
    `Repeatable, all groups must hold; at most ${MOST_ALTERNATIVES} alternatives in all, each value of a list counted.`,
  ].join(' ');
  const schema = { type: 'array', items: { type: 'string', pattern: '^([^:|]+:|$)' } };
  return [{ ...query('any', description, schema), style: 'form', explode: true }];
}

function facetsParameter({ facets }: Resource): readonly Parameter[] {
  const names = Object.keys(facets);
  if (names.length === 0) return [];
  const meaning = 'Adds the key `facets`: how many rows have each value, under the filters not about it';
  return [{ name: 'facets', in: 'query', ...commaSeparated(meaning, { type: 'string', enum: names }) }];
}

function orderParameter({ orders, order }: Resource): readonly Parameter[] {
  const names = Object.keys(orders).flatMap((name) => [name, `-${name}`]);
  if (names.length === 0) return [];
  const [first] = order;
  const usual = `${first?.direction === 'desc' ? '-' : ''}${first?.column}`;
  const description = 'What orders the list, with `-` descending; ties by the id in the same direction.';
  return [query('order', description, { type: 'string', enum: names, default: usual })];
}

function pagingParameters({ page, envelope }: Resource): readonly Parameter[] {
  if (envelope.kind === 'numbered') return numberParameters(envelope, page);
  const size = { type: 'integer', minimum: 1, default: page.size };
  return [
    query('cursor', 'A place in the list, from `next` or `previous` of a page. Opaque.', { type: 'string' }),
    query('page_size', `Rows of a page; more than ${page.most} is taken as ${page.most}.`, size),
    ...(envelope.counted ? [query('count', 'What `count` of the reply holds; null when absent.', COUNTS)] : []),
  ];
}

const COUNTS: Schema = { type: 'string', enum: ['exact', 'estimated'] };

function numberParameters(
  { parameters, lenient }: NumberedEnvelope,
  { size, most }: Resource['page'],
): readonly Parameter[] {
  if (lenient) {
    const page = 'The number of a page; what is no number is the first, and one that is not there the last.';
    return [
      query(parameters.page, page, { type: 'string', default: '1' }),
      query(parameters.size, `Rows of a page, at most ${most}; what is no such number is ${size}.`, {
        type: 'string',
        default: String(size),
      }),
    ];
  }
  return [
    query(parameters.page, 'The number of a page; past the end it is empty.', {
      type: 'integer',
      minimum: 1,
      default: 1,
    }),
    query(parameters.size, 'Rows of a page.', { type: 'integer', minimum: 1, maximum: most, default: size }),
  ];
}

/** For clients that know no cursors. */
function oldPagingParameters({ page, envelope }: Resource): readonly Parameter[] {
  if (envelope.kind === 'numbered' || !envelope.counted) return [];
  const alone = 'Not together with `cursor` or `page_size`; `count` is exact.';
  // No schema has a default: pages that try an endpoint send it, and then both ways are asked for at once.
  const limit = { type: 'integer', minimum: 1 };
  const offset = { type: 'integer', minimum: 0 };
  return [
    {
      ...query('limit', `Rows of a page, the old way; beside \`offset\` ${page.size}. ${alone}`, limit),
      deprecated: true,
    },
    { ...query('offset', `Rows before the page, the old way; beside \`limit\` 0. ${alone}`, offset), deprecated: true },
  ];
}

type Described = Pick<Parameter, 'description' | 'schema' | 'style' | 'explode'>;

function describeFilter(filter: Filter, { domains }: Resource): Described {
  switch (filter.kind) {
    case 'values': {
      const known = valueSchema(filter.type, domains[filter.column]);
      const value = filter.nulls ? { anyOf: [known, { const: 'null' }] } : known;
      const { column } = filter;
      if (filter.list) return commaSeparated(`\`${column}\` is ${filter.negated ? 'none' : 'one'} of these`, value);
      return { description: `\`${column}\` is ${filter.negated ? 'not ' : ''}this.`, schema: value };
    }
    case 'null':
      return { description: `\`${filter.column}\` is null, or with \`false\` is not.`, schema: { type: 'boolean' } };
    case 'compare':
      return {
        description: `\`${filter.column}\` ${filter.comparison} this.${filter.digits ? ` At most ${filter.digits[1]} decimals.` : ''}`,
        schema: valueSchema(filter.type),
      };
    case 'linked':
      if (filter.by !== undefined)
        return commaSeparated(`Of any of these ${filter.target}s, by \`${filter.by}\``, { type: 'string' });
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
      if (filter.ranked) return describeRanked(filter);
      return {
        description: `Part of ${filter.columns.map((column) => `\`${column}\``).join(' or ')}, ignoring case.`,
        schema: { type: 'string', minLength: filter.least },
      };
  }
}

function describeRanked({ columns }: Extract<Filter, { kind: 'search' }>): Described {
  return {
    description: [
      `Words of \`${columns[0]}\`, without case and accents: part of it, or alike (trigram similarity of 0.3 or more); of one or`,
      `two letters what has a word that begins so. At most ${LOOKED_AT} are looked at, those that share most trigrams first and`,
      'the newest of equals; without `order` the best come first.',
    ].join(' '),
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  };
}

function commaSeparated(meaning: string, items: Schema): Described {
  return {
    description: `${meaning}; comma-separated, at most ${LONGEST_LIST}.`,
    schema: { type: 'array', items, maxItems: LONGEST_LIST },
    style: 'form',
    explode: false,
  };
}
