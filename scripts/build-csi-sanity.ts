/** Builds csi-sanity from its Go module into `.cache/`, unless that version is there already. */
import { csiSanityBinary, csiSanityModule } from '../test/support/csi-sanity.ts';
import { installModule } from './go-program.ts';

installModule(csiSanityModule, csiSanityBinary);
