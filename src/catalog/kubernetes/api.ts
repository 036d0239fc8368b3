import type { Subject } from './api-error.ts';

/** Of the API: `snapshot.storage.k8s.io/v1` and `volumesnapshots`; the core's group is empty. */
export interface Api {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** Where an object is; undefined is the namespace of what is in none. */
export interface Place {
  readonly api: Api;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export function pathOf({ group, version, plural }: Api, namespace?: string, name?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

export function subjectOf({ group, plural }: Api, verb: string, id?: string, subresource = ''): Subject {
  const resource = `${plural}${subresource}${group === '' ? '' : `.${group}`}`;
  return id === undefined ? { verb, resource } : { verb, resource, id };
}
