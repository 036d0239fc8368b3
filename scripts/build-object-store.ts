/** Builds an S3 server and rclone from their Go modules into `.cache/`, unless those versions are there already. */
import { gatewayBinary, gatewayModule, rcloneBinary, rcloneSources } from '../test/support/object-store-tools.ts';
import { buildSources, installModule } from './go-program.ts';

installModule(gatewayModule, gatewayBinary);
buildSources(rcloneSources, rcloneBinary);
