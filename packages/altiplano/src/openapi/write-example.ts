import type { Schema } from './schema.ts';

const ID = '123e4567-e89b-12d3-a456-426614174000';

/** A body that its schema allows, with what is required and the first of the rest; for people to start from. */
export function exampleOf(schema: Schema, name = ''): unknown {
  const { type, enum: values, default: fallback, format, properties, items } = schema;
  if (Array.isArray(values)) return values[0];
  if (fallback !== undefined) return fallback;
  const [kind] = [type].flat();
  switch (kind) {
    case 'object':
      return Object.fromEntries(
        Object.entries(properties as Readonly<Record<string, Schema>>).map(([member, inner]) => [
          member,
          exampleOf(inner, member),
        ]),
      );
    case 'array':
      return [exampleOf(items as Schema, name)];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? Math.max(schema.minimum, 0) : 0;
    case 'string':
      if (format === 'uuid') return ID;
      if (format === 'date') return '2026-01-31';
      return format === 'date-time' ? '2026-01-31T12:00:00.000000Z' : name;
    default:
      return {};
  }
}
