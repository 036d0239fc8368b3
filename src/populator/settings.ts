/** How the pods are that fill volumes. */
export interface PopulatorSettings {
  /** Of this driver: the pods, and the claims that they have mounted, are here. */
  readonly namespace: string;
  /** This program, whose command is `import`. */
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Keeps a claim until what was made for it is gone. */
export const FINALIZER = 'tome.storage/populate-target-protection';

/** On the claim that a pod fills: all is in its volume, durably. */
export const FILLED = 'tome.storage/filled';

/** On the same: how often it has failed. */
export const FAILURES = 'tome.storage/failures';

/** The scheduler's, and the provisioner's. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** On a PersistentVolume: the cluster's, where it was not made for the claim that it is bound to. */
export const CHOSEN = 'pv.kubernetes.io/bound-by-controller';

/** User and group in the pods. */
export const USER = 65_532;
