import type { Catalog } from '../../../src/catalog/catalog.ts';
import {
  openKubernetesCatalog,
  type KubernetesCatalogOptions,
} from '../../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import { sharedApiServer, type TestApiServer, type User } from '../../support/api-server.ts';
import { openLink, type Link } from '../../support/kubernetes/link.ts';
import { kubectl, type Kubectl } from '../../support/kubernetes/objects.ts';
import { silent } from './silent.ts';
import { wipe } from './wipe.ts';

/** An API server without any resource of ours, and all that a test opens on it. */
export interface World {
  readonly server: TestApiServer;
  readonly kubectl: Kubectl;
  open(options?: Partial<KubernetesCatalogOptions> & { readonly user?: User; readonly link?: Link }): Catalog;
  link(): Promise<Link>;
  close(): Promise<void>;
}

/** Describes tests that have a world each. */
export function describeInWorld(name: string, tests: (world: () => World) => void): void {
  describe(name, function () {
    this.timeout(60_000);
    let world: World;
    before(async function () {
      this.timeout(120_000);
      await sharedApiServer();
    });
    beforeEach(async () => {
      world = await newWorld();
    });
    afterEach(() => world.close());
    tests(() => world);
  });
}

async function newWorld(): Promise<World> {
  const server = await sharedApiServer();
  await wipe(server);
  const admin = kubectl(server);
  const closers: (() => Promise<void> | void)[] = [
    () => {
      admin.close();
    },
  ];
  return {
    server,
    kubectl: admin,
    open({ user = 'admin', link, ...options } = {}) {
      const credentials = server.credentials(user, link?.port);
      const catalog = openKubernetesCatalog({ credentials, log: silent, ...options });
      closers.unshift(() => catalog.close());
      return catalog;
    },
    async link() {
      const link = await openLink(server.port);
      closers.push(() => link.close());
      return link;
    },
    async close() {
      for (const close of closers) await close();
    },
  };
}

/** Resolves when the condition is true after a change, or was already. */
export async function until(
  watch: (listener: () => void) => () => void,
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const look = async (): Promise<void> => {
    if (await isTrue()) resolve(undefined);
  };
  const stop = watch(() => {
    look().catch(reject);
  });
  look().catch(reject);
  try {
    await promise;
  } finally {
    stop();
  }
}
