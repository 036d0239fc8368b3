import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gatewayBinary, rcloneBinary } from '../../support/object-store-tools.ts';
import { cleanUpCommand, command } from './command.ts';
import type { Environment } from './environment.ts';

const repository = path.join(import.meta.dirname, '../../..');
const tool = (name: string) => path.join(repository, 'test/cluster', name);
const binaries = process.env['CLUSTER_BIN'] ?? path.join(homedir(), '.cache/tome-cluster/bin');
const image = 'localhost/tome-csi:e2e';
const imageFile = path.join(repository, '.cache/tome-csi-e2e.tar');

/** All nodes are in one network, so that this one's address serves, wherever the server runs. */
const storeAddress = '10.97.0.1:7070';

/** The name of the cluster that `--keep` leaves; several of them can be on one machine. */
const KEPT = process.env['CLUSTER_NAME'] ?? 'e2e';

/**
 * The project's own cluster of two nodes, with everything built that it and the driver need. A kept one is gone on with,
 * and gets the image as it is now.
 */
export async function ownCluster({ keep }: { keep: boolean }): Promise<Environment> {
  const name = keep ? KEPT : `e2e-${process.pid}`;
  const env = { CLUSTER_NAME: name };
  await command(tool('build'), []);
  await command(tool('images'), ['basic']);
  await command(tool('images'), ['filesystems']);
  await command(process.execPath, [path.join(repository, 'scripts/build-object-store.ts')]);
  await command(tool('images'), ['objects', rcloneBinary, gatewayBinary]);
  await command(tool('images'), ['sidecars']);
  await command(path.join(repository, 'scripts/build-image'), [imageFile], { env: { IMAGE: image }, quiet: true });
  const images = await localImages();
  const close = () => takeDown(name);
  try {
    if (!(keep && (await isUp(env)))) {
      await command(tool('cluster'), ['up', '2'], { env, quiet: true });
      await command(tool('cluster'), ['snapshots'], { env, quiet: true });
    }
    await command(tool('cluster'), ['load', imageFile, ...images.map(({ file }) => file)], { env });
  } catch (error) {
    if (!keep) await close();
    throw error;
  }
  const kubeconfig = await command(tool('cluster'), ['kubeconfig'], { env, capture: true });
  const imageOf = (binary: string) => images.find((known) => known.binary === binary)?.image ?? '';
  return {
    env: { ...env, KUBECONFIG: kubeconfig.trim() },
    reach: [tool('cluster'), 'exec'],
    kubectl: [path.join(binaries, 'kube'), 'kubectl'],
    helm: path.join(binaries, 'helm'),
    image,
    build: (await readFile(`${imageFile}.stamp`, 'utf8')).slice(0, 16),
    busybox: imageOf('busybox'),
    gocryptfs: imageOf('gocryptfs'),
    ntfs: imageOf('ntfs-3g'),
    sharedRoot: '/srv/shared',
    objectStore: { server: imageOf('versitygw'), client: imageOf('rclone'), address: storeAddress },
    sidecars: Object.fromEntries(images.map((known) => [known.binary, known.image])),
    cluster: tool('cluster'),
    close: keep ? sayItStays : close,
  };
}

/** The kept one, or another of this name. */
export async function takeDown(name = KEPT): Promise<void> {
  await cleanUpCommand(tool('cluster'), ['down'], { env: { CLUSTER_NAME: name } });
}

function sayItStays(): Promise<void> {
  console.log('The cluster stays: npm run e2e -- --down takes it down');
  return Promise.resolve();
}

async function isUp(env: Readonly<Record<string, string>>): Promise<boolean> {
  const options = { env: { ...process.env, ...env } };
  const answer = promisify(execFile)(tool('cluster'), ['kubectl', 'get', 'nodes', '-o', 'name'], options);
  return (await answer.catch(() => ({ stdout: '' }))).stdout.includes('node/');
}

/** What `images names` prints: binary, image and file in each line. */
async function localImages(): Promise<readonly { binary: string; image: string; file: string }[]> {
  const lines = (await command(tool('images'), ['names'], { capture: true })).trim().split('\n');
  return lines.map((line) => {
    const [binary = '', name = '', file = ''] = line.split(' ');
    return { binary, image: name, file };
  });
}
