import type { TestDriver } from '../support/driver.ts';

/** As the kubelet names the inline volume of a pod. */
export const HANDLE = `csi-${'0a1b2c3d'.repeat(8)}`;

/** As the kubelet publishes an inline volume. */
export function publishInline(
  { node }: TestDriver,
  targetPath: string,
  { fsType = 'ext4', readonly = false, attributes = {} }: InlineWish = {},
) {
  return node.nodePublishVolume({
    volumeId: HANDLE,
    targetPath,
    readonly,
    volumeCapability: { mount: { fsType }, accessMode: { mode: 'SINGLE_NODE_MULTI_WRITER' } },
    volumeContext: {
      size: '64Mi',
      ...attributes,
      'csi.storage.k8s.io/ephemeral': 'true',
      'csi.storage.k8s.io/pod.namespace': 'shop',
      'csi.storage.k8s.io/pod.name': 'web-0',
    },
  });
}

export interface InlineWish {
  readonly fsType?: string;
  readonly readonly?: boolean;
  readonly attributes?: Record<string, string>;
}

export function unpublishInline({ node }: TestDriver, targetPath: string) {
  return node.nodeUnpublishVolume({ volumeId: HANDLE, targetPath });
}
