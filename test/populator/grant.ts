import { only, render } from '../chart/render.ts';

const group = 'rbac.authorization.k8s.io';

/** Gives the user `populator`, who has no other right, what the chart gives these parts of the controller. */
export async function grantWhatTheChartGives(
  post: (place: string, body: object) => Promise<void>,
  values: object,
  namespace: string,
  parts: readonly string[],
): Promise<void> {
  const manifests = render(values, { namespace });
  for (const part of parts) {
    for (const [kind, place] of [
      ['ClusterRole', `/apis/${group}/v1/`],
      ['Role', `/apis/${group}/v1/namespaces/${namespace}/`],
    ] as const) {
      const role = only(manifests, kind, `-${part}`);
      // Not the name that it has where another test gives it to another user.
      const name = `populator-${part}`;
      await post(`${place}${kind.toLowerCase()}s`, { ...role, metadata: { ...role.metadata, name } });
      await post(`${place}${kind.toLowerCase()}bindings`, {
        metadata: { name },
        roleRef: { apiGroup: group, kind, name },
        subjects: [{ kind: 'User', apiGroup: group, name: 'populator' }],
      });
    }
  }
}
