import type * as z from 'zod';
import { errorOf, expectOk } from '../catalog/kubernetes/api-error.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { listSchema } from '../catalog/kubernetes/list-all.ts';
import { look } from '../catalog/kubernetes/requests.ts';

type Query = Readonly<Record<string, string>>;

const PATH = '/api/v1/persistentvolumeclaims';
const resource = 'persistentvolumeclaims';

/** One page of the claims of all namespaces. Throws Unavailable, and GoneError for a page that is too old. */
export async function listClaims(server: ApiServer, query: Query): Promise<z.output<typeof listSchema>> {
  const path = `${PATH}?${String(new URLSearchParams(query))}`;
  const subject = { verb: 'list', resource };
  return listSchema.parse(expectOk(await look(server, { method: 'GET', path }, subject), subject));
}

/** How they are watched. */
export function watchOfClaims(server: ApiServer) {
  return {
    watch: (query: Query, signal: AbortSignal) => {
      const path = `${PATH}?${String(new URLSearchParams({ ...query, watch: 'true' }))}`;
      return server.open({ method: 'GET', path }, signal);
    },
    watchError: (status: number, body: unknown) => errorOf({ status, body }, { verb: 'watch', resource }),
  };
}
