/** How the pods are made in which registered filesystems with an image are mounted. */
export interface MountPodSettings {
  /** The node that all of them run on. */
  readonly nodeName: string;
  /** The driver's own. */
  readonly namespace: string;
  /** They tell the pods of this installation from those of another, and none of its workloads has them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly priorityClassName: string;
  readonly imagePullSecrets: readonly { readonly name: string }[];
  /** For filesystems that say nothing of them. */
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Annotation of pods and Secrets, by which the cluster confines the driver of a node to its own. */
export const NODE = 'tome.storage/node';

/** Label: the volume that a pod is for. */
export const VOLUME = 'tome.storage/volume';

/** Label: `mount`, or `hook` for a pod that runs another hook to its end. */
export const ROLE = 'tome.storage/mount-pod';
