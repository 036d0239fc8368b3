import type { Environment } from '../../test/e2e/harness/environment.ts';
import { imagesOf, poolsDirectory } from '../../test/e2e/harness/values.ts';
import { classes } from './names.ts';

/** Room for more than a thousand volumes on each node; their files are sparse. */
const POOL_SIZE = '40Gi';

/** The chart's own values, but for the images, the pool's size and the classes. */
export function benchValues(environment: Environment): object {
  return {
    ...imagesOf(environment),
    pools: [
      {
        name: 'default',
        path: `${poolsDirectory}/default`,
        backing: { file: '/var/lib/tome/default.img', size: POOL_SIZE, thin: true },
      },
    ],
    storageClasses: [storageClass(classes.late, 'WaitForFirstConsumer'), storageClass(classes.immediate, 'Immediate')],
  };
}

function storageClass(name: string, volumeBindingMode: string): object {
  return {
    name,
    volumeBindingMode,
    reclaimPolicy: 'Delete',
    parameters: { 'csi.storage.k8s.io/fstype': 'ext4' },
  };
}
