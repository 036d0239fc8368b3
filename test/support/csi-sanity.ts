import path from 'node:path';

/** The module and version that is built and run; a change here builds anew. */
export const csiSanityModule = 'github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity@v5.6.0';

/** Where `npm test` puts the built program. */
export const csiSanityBinary = path.join(import.meta.dirname, '../../.cache/csi-sanity-v5.6.0/csi-sanity');
