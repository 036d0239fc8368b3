import type * as z from 'zod';
import { states } from '../../src/catalog/kubernetes/display.ts';
import { apiGroup, apiVersion } from '../../src/catalog/kubernetes/kinds.ts';
import { structuralSchema, type Refinements, type Rule, type Schema } from './structural-schema.ts';

/** All that a CustomResourceDefinition says and a zod schema does not. */
export interface Definition {
  readonly kind: {
    readonly name: string;
    readonly plural: string;
    readonly spec: z.ZodType;
    readonly status: z.ZodType;
    readonly emptyStatus: object;
  };
  /** Cluster, when it is not given. */
  readonly scope?: 'Namespaced';
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  /** Of `metadata.name`; undefined when `rules` say more. */
  readonly namePattern?: string;
  readonly nameRule?: string;
  readonly selectable: readonly string[];
  readonly columns: readonly Column[];
  /** Of the whole object. */
  readonly rules: readonly Rule[];
  readonly spec: Refinements;
  readonly status: Refinements;
  /** The fields for display in the status, and what each says. */
  readonly shown: Readonly<Record<string, string>>;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

export function text(name: string, jsonPath: string): Column {
  return { name, type: 'string', jsonPath };
}

export const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** Only with `kubectl get -o wide`. */
export function wide(column: Column): Column {
  return { ...column, priority: 1 };
}

export function customResourceDefinition(definition: Definition): object {
  const { kind, singular, shortNames, selectable, columns } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${kind.plural}.${apiGroup}`,
      // Helm must never delete it: all resources of the kind would go with it.
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    spec: {
      group: apiGroup,
      scope: definition.scope ?? 'Cluster',
      names: {
        kind: kind.name,
        listKind: `${kind.name}List`,
        plural: kind.plural,
        singular,
        shortNames,
        categories: ['tome'],
      },
      versions: [
        {
          name: apiVersion,
          served: true,
          storage: true,
          subresources: { status: {} },
          selectableFields: selectable.map((field) => ({ jsonPath: `.${field}` })),
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: objectSchema(definition) },
        },
      ],
    },
  };
}

function objectSchema({ kind, description, namePattern, nameRule, rules, spec, status, shown }: Definition): Schema {
  const named =
    namePattern === undefined
      ? []
      : [{ rule: `self.metadata.name.matches('${namePattern}')`, message: nameRule ?? 'the name is not an id' }];
  return {
    type: 'object',
    description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: 'The version of this schema.' },
      kind: { type: 'string', description: 'The kind of this resource.' },
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 253 } } },
      spec: { ...structuralSchema(kind.spec, spec), description: 'What is desired.' },
      status: statusSchema(kind, status, shown),
    },
    'x-kubernetes-validations': [...named, ...rules],
  };
}

/** Where nobody has written a status yet, readers see what that means. */
function statusSchema(kind: Definition['kind'], refinements: Refinements, shown: Definition['shown']): Schema {
  const schema = structuralSchema(kind.status, refinements);
  const fields = Object.entries(shown).map(([name, description]) => [name, shownSchema(name, description)] as const);
  return {
    ...schema,
    description: 'What was observed; written by the driver alone.',
    properties: { ...schema.properties, ...Object.fromEntries(fields) },
    default: { ...kind.emptyStatus, ...('state' in shown && { state: states[0] }) },
  };
}

function shownSchema(name: string, description: string): Schema {
  const said = `${description} For display only.`;
  if (name === 'state') return { type: 'string', enum: states, description: said };
  if (name.endsWith('Count')) return { type: 'integer', format: 'int64', minimum: 0, description: said };
  return { type: 'string', description: said };
}
