import type { NodeDeps } from '../deps.ts';
import { withPathOrNone } from '../paths.ts';
import { removeEmpty, removeMountPoint } from '../remove-empty.ts';
import { takeOff } from './take-off.ts';

/** Takes the volume off the target path and removes the path; gone already is fine. Needs no record. */
export function unpublishDirectory(id: string, targetPath: string, deps: NodeDeps): Promise<void> {
  const { host, directories } = deps;
  return withPathOrNone(deps, targetPath, async (path) => {
    if (path === undefined) return;
    const shown = await directories.shown.of(id);
    const here = shown.find(({ role, target }) => role === 'target' && target === path.resolved);
    if (here === undefined) {
      await removeEmpty(host, path);
      return;
    }
    await takeOff(deps, id, path, here);
    await removeMountPoint(host, path);
  });
}
