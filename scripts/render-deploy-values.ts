import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';
import * as z from 'zod';

interface Schema {
  readonly $ref?: string | undefined;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

const schemaSchema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), schemaSchema).optional(),
    items: schemaSchema.optional(),
  }),
);
const rootSchema = z.object({
  properties: z.record(z.string(), schemaSchema),
  $defs: z.record(z.string(), schemaSchema),
});

const START = '<!-- Made from values.yaml and values.schema.json by scripts/render-deploy.ts -->';
const LONGEST_DEFAULT = 80;

/**
 * The document with its tables made anew: what a value is for is the comment above it in values.yaml, and for the fields of
 * lists the description in the schema. Throws for a value that has neither.
 */
export async function valuesDocument(chart: string, present: string): Promise<string> {
  const file = path.join(chart, 'values.yaml');
  const { contents } = parseDocument(readFileSync(file, 'utf8'));
  if (!isMap(contents)) throw new Error(`${file} is not a map`);
  const schema = rootSchema.parse(JSON.parse(readFileSync(path.join(chart, 'values.schema.json'), 'utf8')));
  const tables = sections(contents, schema).map(([title, rows]) => `## ${title}\n\n${table(rows)}`);
  const [introduction = ''] = present.split(START);
  const markdown = [introduction.trimEnd(), START, ...tables].join('\n\n');
  return await format(markdown, { ...(await resolveConfig(file)), parser: 'markdown' });
}

/** One for each value that has values of its own, after one for all the others. */
function sections(values: YAMLMap, schema: z.infer<typeof rootSchema>): readonly (readonly [string, readonly Row[]])[] {
  const describe = new Describe(schema.$defs);
  const described = values.items.map((pair, index) => {
    const name = nameOf(pair);
    return [name, describe.rows(name, pair, commentOf(values, index), schema.properties[name] ?? {})] as const;
  });
  const alone = described.filter(([, rows]) => rows.length === 1).flatMap(([, rows]) => rows);
  const grouped = described.filter(([, rows]) => rows.length > 1);
  return [['General', alone], ...grouped.map(([name, rows]) => [`\`${name}\``, rows] as const)];
}

class Describe {
  readonly #definitions: Readonly<Record<string, Schema>>;

  constructor(definitions: Readonly<Record<string, Schema>>) {
    this.#definitions = definitions;
  }

  rows(name: string, pair: Pair, comment: string, given: Schema): readonly Row[] {
    const schema = this.#resolved(given);
    const { value } = pair;
    const isWhole = name !== 'image' && given.$ref === '#/$defs/image';
    if (isMap(value) && schema.properties !== undefined && !isWhole) return this.#below(name, value, comment, schema);
    const own = { name, value: shown(value), description: required(name, comment) };
    return [own, ...this.#fields(name, schema.items)];
  }

  #below(name: string, map: YAMLMap, comment: string, schema: Schema): readonly Row[] {
    const heading = { name, value: '', description: required(name, comment) };
    const below = map.items.flatMap((pair, index) => {
      const key = nameOf(pair);
      return this.rows(`${name}.${key}`, pair, commentOf(map, index), schema.properties?.[key] ?? {});
    });
    return [heading, ...below];
  }

  /** The fields of a list's entries, or of an object in them. */
  #fields(name: string, item: Schema | undefined, suffix = '[]'): readonly Row[] {
    const properties = item === undefined ? {} : (this.#resolved(item).properties ?? {});
    return Object.entries(properties).flatMap(([key, field]) => {
      const full = `${name}${suffix}.${key}`;
      if (name === 'imagePullSecrets') return [];
      const row = { name: full, value: '', description: required(full, field.description ?? '') };
      return [row, ...(field.properties === undefined ? [] : this.#fields(full, field, ''))];
    });
  }

  #resolved(schema: Schema): Schema {
    const definition = schema.$ref?.replace('#/$defs/', '');
    return (definition === undefined ? undefined : this.#definitions[definition]) ?? schema;
  }
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

/** YAML gives the comment above the first key to the map. */
function commentOf(map: YAMLMap, index: number): string {
  const key = map.items[index]?.key;
  const own = isScalar(key) ? key.commentBefore : undefined;
  const comment = own ?? (index === 0 ? map.commentBefore : undefined) ?? '';
  // The last paragraph: what stands before an empty line is about more than this value.
  return (comment.split(/\n\s*\n/).at(-1) ?? '').replaceAll(/\s+/g, ' ').trim();
}

function required(name: string, description: string): string {
  if (description === '')
    throw new Error(`${name} has neither a comment in values.yaml nor a description in the schema`);
  return description;
}

function shown(value: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  const text = JSON.stringify(plain);
  return text.length > LONGEST_DEFAULT ? 'see `values.yaml`' : `\`${text}\``;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, value, description }) =>
    [`\`${name}\``, value, description].map((cell) => cell.replaceAll('|', '\\|')).join(' | '),
  );
  return ['value | default | meaning', '--- | --- | ---', ...lines].map((line) => `| ${line} |`).join('\n');
}
