import * as z from 'zod';
import { ApiServer, type ApiResponse } from '../../../src/catalog/kubernetes/api-server.ts';
import type { TestApiServer, User } from '../api-server.ts';

const objectSchema = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string(),
    finalizers: z.array(z.string()).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.record(z.string(), z.unknown()),
  status: z.record(z.string(), z.unknown()).optional(),
});
export type ApiObject = z.infer<typeof objectSchema>;

/** What a person with kubectl can do. */
export interface Kubectl {
  get(plural: string, name: string): Promise<ApiObject | undefined>;
  /** Throws with the server's message, as all of these. */
  create(plural: string, object: { readonly metadata: object; readonly spec: object }): Promise<ApiObject>;
  patch(plural: string, name: string, change: object, subresource?: string): Promise<ApiObject>;
  delete(plural: string, name: string): Promise<void>;
  /** The cells of `kubectl get`, by the names of the columns. */
  table(plural: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

const KINDS: Readonly<Record<string, string>> = {
  volumes: 'Volume',
  snapshots: 'Snapshot',
  snapshotgroups: 'SnapshotGroup',
  pools: 'Pool',
  quotas: 'Quota',
  volumetemplates: 'VolumeTemplate',
  volumetemplategroups: 'VolumeTemplateGroup',
};

export function kubectl(server: TestApiServer, user: User = 'admin'): Kubectl {
  const api = new ApiServer(server.credentials(user), 10_000);
  const path = (plural: string, name?: string, subresource?: string): string =>
    ['/apis/tome.storage/v1alpha1', plural, name, subresource].filter((part) => part !== undefined).join('/');
  return {
    async get(plural, name) {
      const answer = await api.request({ method: 'GET', path: path(plural, name) });
      return answer.status === 404 ? undefined : objectSchema.parse(accepted(answer));
    },
    async create(plural, object) {
      const body = { apiVersion: 'tome.storage/v1alpha1', kind: KINDS[plural], ...object };
      // As kubectl does: a field that there is not is an error.
      const strict = `${path(plural)}?fieldValidation=Strict`;
      return objectSchema.parse(accepted(await api.request({ method: 'POST', path: strict, body })));
    },
    async patch(plural, name, change, subresource) {
      const contentType = 'application/merge-patch+json';
      const target = path(plural, name, subresource);
      return objectSchema.parse(
        accepted(await api.request({ method: 'PATCH', path: target, body: change, contentType })),
      );
    },
    async delete(plural, name) {
      accepted(await api.request({ method: 'DELETE', path: path(plural, name) }));
    },
    async table(plural) {
      const answer = await api.request({
        method: 'GET',
        path: path(plural),
        accept: 'application/json;as=Table;g=meta.k8s.io;v=v1',
      });
      const { columnDefinitions, rows } = tableSchema.parse(accepted(answer));
      return rows.map(({ cells }) =>
        Object.fromEntries(columnDefinitions.map(({ name }, index) => [name, cells[index]])),
      );
    },
    close: () => {
      api.close();
    },
  };
}

const tableSchema = z.object({
  columnDefinitions: z.array(z.object({ name: z.string() })),
  rows: z.array(z.object({ cells: z.array(z.unknown()) })),
});

function accepted({ status, body }: ApiResponse): unknown {
  if (status < 300) return body;
  throw new Error(z.object({ message: z.string() }).safeParse(body).data?.message ?? `status ${status}`);
}
