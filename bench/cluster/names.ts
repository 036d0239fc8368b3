/** The release that is measured. */
export const release = { name: 'tome', namespace: 'tome-csi' } as const;

export const driverName = 'csi.tome.storage';

/** Where the measured claims and pods are. */
export const namespace = 'tome-bench';

/** StorageClasses of both binding modes. */
export const classes = { late: 'tome-bench', immediate: 'tome-bench-immediate' } as const;

/** What is measured, in this order. */
export const parts = ['startup', 'burst', 'catalog'] as const;
export type Part = (typeof parts)[number];
