import type { NumberedEnvelope, PageMember } from '../resource/envelope.ts';
import type { Resource } from '../resource/resource.ts';
import { nullable, objectOf, type Schema } from './schema.ts';

/** A page of `item`s. Facets are there when they were asked for, and then the last key. */
export function pageSchema({ envelope, page }: Resource, item: string, facets: Schema | null): Schema {
  const items = { type: 'array', items: { $ref: `#/components/schemas/${item}` } };
  const members =
    envelope.kind === 'numbered' ? numberedSchema(envelope, items, page.most) : linkedSchema(items, envelope.counted);
  const { properties, ...schema } = objectOf(members);
  return { ...schema, properties: { ...(properties as Schema), ...(facets === null ? {} : { facets }) } };
}

function linkedSchema(results: Schema, counted: boolean): Record<string, Schema> {
  const link = (description: string): Schema => nullable({ type: 'string', format: 'uri', description });
  return {
    results,
    next: link('The page after this one.'),
    previous: link('The page before this one.'),
    ...(counted
      ? {
          count: nullable({
            type: 'integer',
            format: 'int64',
            minimum: 0,
            description: 'All rows the filters match.',
          }),
        }
      : {}),
  };
}

function numberedSchema({ members }: NumberedEnvelope, items: Schema, most: number): Record<string, Schema> {
  const whole = (minimum: number, description: string): Schema => ({ type: 'integer', minimum, description });
  const schemas: Readonly<Record<PageMember, Schema>> = {
    items,
    total: { ...whole(0, 'All rows the filters match.'), format: 'int64' },
    page: whole(1, 'The number of this page.'),
    size: { ...whole(1, 'Rows of a page.'), maximum: most },
    pages: whole(1, 'How many pages there are; an empty list has one.'),
    next: { type: 'boolean', description: 'Whether there is a page after this one.' },
    previous: { type: 'boolean', description: 'Whether there is a page before this one.' },
  };
  return Object.fromEntries(Object.entries(members).map(([member, name]) => [name, schemas[member as PageMember]]));
}
