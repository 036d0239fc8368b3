import type { Logger } from 'pino';
import type { Resource } from '../../domain/resource.ts';
import type { Catalog } from '../catalog.ts';
import { ApiServer } from './api-server.ts';
import { KubernetesCollection } from './collection.ts';
import type { CredentialSource } from './credentials.ts';
import { groupKind, poolKind, quotaKind, snapshotKind, volumeKind, type Kind } from './kinds.ts';
import type { Scope } from './reflector.ts';
import { ResourceClient } from './resource-client.ts';

export interface KubernetesCatalogOptions {
  readonly credentials: CredentialSource;
  readonly log: Logger;
  /** For an agent: lists and watches then see only what is its own. All, when it is not given. */
  readonly narrow?: Narrowing | undefined;
  /** Milliseconds for one request. */
  readonly timeoutMs?: number;
  /** Seconds for one watch; a connection that went dead without a sign is noticed ten seconds after that. */
  readonly watchSeconds?: number;
}

export interface Narrowing {
  /** The node whose Pool resources are seen. */
  readonly nodeName: string;
  /** The ids of the Pool resources whose volumes, snapshots and groups are seen. */
  readonly pools: readonly string[];
}

/**
 * The catalog in custom resources, for any number of processes at once. Nothing is asked of the API server before it is
 * needed, so this opens while there is none, too.
 */
export function openKubernetesCatalog(options: KubernetesCatalogOptions): Catalog {
  const { credentials, log, narrow, timeoutMs = 10_000, watchSeconds = 60 } = options;
  const server = new ApiServer(credentials, timeoutMs);
  const common = { watchSeconds, log };
  const inPools = <Spec extends { readonly pool: string }, Status>(kind: Kind<Spec, Status>) =>
    new KubernetesCollection({ ...common, client: new ResourceClient(server, kind), scopes: poolScopes(narrow) });

  const volumes = inPools(volumeKind);
  const snapshots = inPools(snapshotKind);
  const groups = inPools(groupKind);
  const poolClient = new ResourceClient(server, poolKind);
  const pools = new KubernetesCollection({ ...common, client: poolClient, scopes: nodeScopes(narrow) });
  const quotaClient = new ResourceClient(server, quotaKind);
  const quotas = new KubernetesCollection({ ...common, client: quotaClient, scopes: [everything] });
  return {
    volumes,
    snapshots,
    groups,
    pools,
    quotas,
    check: async () => {
      await poolClient.list({ limit: '1' });
    },
    close: async () => {
      const stopped = Promise.all([volumes, snapshots, groups, pools, quotas].map((collection) => collection.close()));
      server.close();
      await stopped;
    },
  };
}

/** One for each pool: the API server selects by one value of a field. */
function poolScopes<Spec extends { readonly pool: string }, Status>(
  narrow: Narrowing | undefined,
): readonly Scope<Spec, Status>[] {
  if (narrow === undefined) return [everything];
  return narrow.pools.map((pool) => ({
    fieldSelector: `spec.pool=${pool}`,
    covers: ({ spec }: Resource<Spec, Status>) => spec.pool === pool,
  }));
}

function nodeScopes<Spec extends { readonly agent: string }, Status>(
  narrow: Narrowing | undefined,
): readonly Scope<Spec, Status>[] {
  if (narrow === undefined) return [everything];
  const { nodeName } = narrow;
  const covers = ({ spec }: Resource<Spec, Status>): boolean => spec.agent === nodeName;
  return [{ fieldSelector: `spec.agent=${nodeName}`, covers }];
}

const everything = { fieldSelector: undefined, covers: () => true };
