export type Labels = Readonly<Record<string, string>>;

/** Of Kubernetes: a name, perhaps with a domain before it. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
/** What these mean is for Kubernetes to say. */
const RESERVED = /(^|\.)(kubernetes|k8s)\.io$/;

const LONGEST_VALUE = 63;

/**
 * Tags as labels of a resource, by which `kubectl get -l` finds it. What a label's value cannot hold becomes a dash; a tag
 * whose name can be no label's is left out.
 */
export function labelsOf(tags: Labels): Labels {
  const labels = Object.entries(tags).filter(([name]) => isLabelName(name));
  return Object.fromEntries(labels.map(([name, value]) => [name, labelValue(value)]));
}

/** The labels of an object whose tags change: those of the old tags go, those that others have set stay. */
export function relabelled(present: Labels, before: Labels, after: Labels): Labels {
  const old = labelsOf(before);
  const others = Object.entries(present).filter(([name, value]) => old[name] !== value);
  return { ...Object.fromEntries(others), ...labelsOf(after) };
}

function isLabelName(name: string): boolean {
  const parts = name.split('/');
  const [domain = '', local = ''] = parts.length === 1 ? [undefined, name] : parts;
  if (parts.length > 2 || !NAME.test(local)) return false;
  return parts.length === 1 || (DOMAIN.test(domain) && !RESERVED.test(domain));
}

function labelValue(value: string): string {
  const clean = value.replaceAll(/[^-A-Za-z0-9_.]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return clean.slice(0, LONGEST_VALUE).replace(/[^A-Za-z0-9]+$/, '');
}
