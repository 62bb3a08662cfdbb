import type { Parameter } from './parameters.ts';
import type { Schema } from './schema.ts';

export interface Operation extends Schema {
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, Schema>>;
}

/** Two lists at one path as one operation: OpenAPI has none for each value of a parameter. */
export function eitherOf(one: Operation, other: Operation): Operation {
  const [page, otherPage] = [schemaOf(one), schemaOf(other)];
  const responses = {
    ...one.responses,
    200: { ...one.responses[200], content: { 'application/json': { schema: { anyOf: [...page, ...otherPage] } } } },
  };
  return {
    ...one,
    summary: `${one.summary}, or ${String(other.summary).replace(/^A/, 'a')}`,
    description: `${one.description} ${other.description}`,
    parameters: eitherParameters(one.parameters, other.parameters),
    responses,
  };
}

function schemaOf({ responses }: Operation): readonly Schema[] {
  const content = responses[200]?.content as { 'application/json': { schema: Schema } };
  const { schema } = content['application/json'];
  return (schema.anyOf as readonly Schema[] | undefined) ?? [schema];
}

/** One of each name; the one that chooses knows both values. */
function eitherParameters(one: readonly Parameter[], other: readonly Parameter[]): readonly Parameter[] {
  const both = one.map((parameter): Parameter => {
    const same = other.find(({ name }) => name === parameter.name);
    const [values, more] = [parameter.schema.enum, same?.schema.enum] as (readonly string[] | undefined)[];
    if (same === undefined || values === undefined || more === undefined) return parameter;
    const isSame = JSON.stringify(values) === JSON.stringify(more);
    const description = isSame ? parameter.description : `${parameter.description} ${same.description}`;
    return { ...parameter, description, schema: { ...parameter.schema, enum: [...new Set([...values, ...more])] } };
  });
  return [...both, ...other.filter(({ name }) => !one.some((parameter) => parameter.name === name))];
}
