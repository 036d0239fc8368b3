/** Builds an S3 server and rclone from their Go modules into `.cache/`, unless those versions are there already. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { gatewayBinary, gatewayModule, rcloneBinary, rcloneSources } from '../test/support/object-store-tools.ts';

const stdio: ['ignore', 'inherit', 'inherit'] = ['ignore', 'inherit', 'inherit'];
const small = ['-ldflags', '-s -w'];
const environment = { ...process.env, CGO_ENABLED: '0' };

if (!existsSync(gatewayBinary)) {
  console.log(`Building ${gatewayModule} ...`);
  const env = { ...environment, GOBIN: path.dirname(gatewayBinary) };
  execFileSync('go', ['install', ...small, gatewayModule], { env, stdio });
}

if (!existsSync(rcloneBinary)) {
  console.log('Building rclone ...');
  mkdirSync(path.dirname(rcloneBinary), { recursive: true });
  const unfinished = `${rcloneBinary}.new`;
  execFileSync('go', ['build', '-mod=readonly', ...small, '-o', unfinished, '.'], {
    cwd: rcloneSources,
    env: environment,
    stdio,
  });
  renameSync(unfinished, rcloneBinary);
}
