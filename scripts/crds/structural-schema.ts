import * as z from 'zod';

/** A JSON schema as a CustomResourceDefinition takes it. */
export interface Schema {
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | false;
  'x-kubernetes-validations'?: readonly Rule[];
  [key: string]: unknown;
}

export interface Rule {
  readonly rule: string;
  readonly message: string;
}

/** What a schema needs beyond what zod says, by the path of the field: `size`, `members[].uuid`, `tags{}`. */
export type Refinements = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The structural schema of a part of a resource, with the refinements laid over its fields. Throws when a refinement is
 * of a field that there is not, and when a field has no description: `kubectl explain` would say nothing of it.
 */
export function structuralSchema(part: z.ZodType, refinements: Refinements): Schema {
  const schema = z.toJSONSchema(part, { io: 'input', target: 'openapi-3.0' }) as Schema;
  delete schema['$schema'];
  const unused = new Set(Object.keys(refinements));
  refine(schema, '', refinements, unused);
  if (unused.size > 0) throw new Error(`there is no field ${[...unused].join(', ')}`);
  return schema;
}

function refine(schema: Schema, path: string, refinements: Refinements, unused: Set<string>): void {
  if (schema.type === 'integer') asInt64(schema);
  delete schema['propertyNames'];
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  const refinement = refinements[path] ?? {};
  unused.delete(path);
  Object.assign(schema, refinement);

  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const fieldPath = path === '' ? name : `${path}.${name}`;
    refine(field, fieldPath, refinements, unused);
    if (field.description === undefined) throw new Error(`${fieldPath} has no description`);
    // With a default, a person need not write it.
    if ('default' in field) schema.required = schema.required?.filter((required) => required !== name) ?? [];
  }
  if (schema.required?.length === 0) delete schema.required;
  if (schema.items !== undefined) refine(schema.items, `${path}[]`, refinements, unused);
  if (schema.additionalProperties) refine(schema.additionalProperties, `${path}{}`, refinements, unused);
}

/** Zod's upper bound is what a double holds exactly; a count or a number of bytes is not negative. */
function asInt64(schema: Schema): void {
  schema.format = 'int64';
  schema['minimum'] = 0;
}
