/** JSON Schema 2020-12 as plain data: what OpenAPI 3.1 describes values with. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/** Allows null as well. */
export function nullable(schema: Schema): Schema {
  const { type, enum: values } = schema;
  if (type === undefined) return schema;
  return {
    ...schema,
    type: [type, 'null'].flat(),
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
  };
}

/** An object with exactly these members. */
export function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** The scope that an operation needs of its credential; nothing where it needs none. */
export function needs(scope: string | undefined): Schema {
  return scope === undefined ? {} : { security: [{ bearer: [scope] }] };
}
