import { nodePublishVolume } from '../../../src/csi/node/publish-volume.ts';
import { nodeUnpublishVolume } from '../../../src/csi/node/unpublish-volume.ts';
import type { NodeDeps } from '../../../src/csi/node/deps.ts';
import { requireVolumeId } from '../../../src/csi/node/volume-id.ts';
import { capability, type Ask } from './node-calls.ts';
import type { NodePlace } from './node-place.ts';

/** As the kubelet names the inline volume of a pod. */
export const HANDLE = `csi-${'0a1b2c3d'.repeat(8)}`;

/** What the pool calls it. */
export const ID = requireVolumeId(HANDLE);

/** What the kubelet adds, where the CSIDriver has podInfoOnMount. */
const NOTES = {
  'csi.storage.k8s.io/ephemeral': 'true',
  'csi.storage.k8s.io/pod.name': 'web-0',
  'csi.storage.k8s.io/pod.namespace': 'shop',
  'csi.storage.k8s.io/pod.uid': '11111111-2222-3333-4444-555555555555',
  'csi.storage.k8s.io/serviceAccount.name': 'default',
  'csi.storage.k8s.io/serviceAccount.tokens': '{"":{"token":"secret"}}',
};

export interface Inline extends Ask {
  readonly handle?: string;
  readonly attributes?: Record<string, string>;
  readonly volumeMode?: 'Filesystem' | 'Block';
  readonly deps?: Partial<NodeDeps>;
}

type Calls = Pick<NodePlace, 'at' | 'deps'>;

/** As the kubelet publishes an inline volume: no staging path, and what the pod says among its own notes. */
export function publishInline(place: Calls, inline: Inline = {}): Promise<unknown> {
  const { handle = HANDLE, attributes = { size: '64Mi' }, volumeMode = 'Filesystem', deps = {}, ...ask } = inline;
  return nodePublishVolume(
    {
      volumeId: handle,
      stagingTargetPath: '',
      targetPath: ask.target ?? place.at('target'),
      readonly: ask.readonly ?? false,
      volumeCapability: capability({ volumeMode }, { mode: 'SINGLE_NODE_MULTI_WRITER', ...ask }),
      publishContext: {},
      volumeContext: { ...attributes, ...(ask.volumeContext ?? NOTES) },
      secrets: {},
    },
    { ...place.deps, ...deps },
  );
}

export function unpublishInline(place: Calls, target = place.at('target'), handle = HANDLE): Promise<unknown> {
  return nodeUnpublishVolume({ volumeId: handle, targetPath: target }, place.deps);
}
