import type { Refinements } from './structural-schema.ts';

const label = { maxLength: 317 };

/** The refinements of a label selector of claims, at this path. */
export function selectorFields(path: string): Refinements {
  return {
    [path]: { description: 'The PersistentVolumeClaims by their labels; empty means all of the namespace.' },
    [`${path}.matchLabels`]: { description: 'Labels that they have.', maxProperties: 64 },
    [`${path}.matchLabels{}`]: label,
    [`${path}.matchExpressions`]: { description: 'What else is true of their labels.', maxItems: 64 },
    [`${path}.matchExpressions[].key`]: { description: 'The label.', ...label },
    [`${path}.matchExpressions[].operator`]: { description: 'What is to be true of it.' },
    [`${path}.matchExpressions[].values`]: { description: 'The values, for In and NotIn.', maxItems: 256 },
    [`${path}.matchExpressions[].values[]`]: label,
  };
}
