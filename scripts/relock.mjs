// `npm run relock`: writes package-lock.json anew after a change of package.json. Names no registry (see .npmrc), and
// leaves out optional packages that the registry in use did not have, such as those of platforms the driver never runs
// on: `npm ci` refuses a lock that mentions a package without locking it.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repository, runOrExit } from './bootstrap.mjs';

const file = path.join(repository, 'package-lock.json');

runOrExit('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund', '--loglevel=error']);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const [place, entry] of Object.entries(lock.packages)) {
  if (entry.optionalDependencies === undefined) continue;
  const locked = Object.entries(entry.optionalDependencies).filter(([name]) => isLocked(place, name));
  entry.optionalDependencies = Object.fromEntries(locked);
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

/** Whether a package at `place` would find the other: in its own folder, or in one above. */
function isLocked(place, name) {
  if (`${place}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages) return true;
  const above = place.lastIndexOf('/node_modules/');
  return above > 0 && isLocked(place.slice(0, above), name);
}
