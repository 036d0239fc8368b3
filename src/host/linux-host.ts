import { beneath } from './beneath.ts';
import { childCgroups, writeControl } from './cgroups.ts';
import { setCowExtentSize } from './cow-extent-size.ts';
import { completedWrites } from './completed-writes.ts';
import { list, makeDirectory, remove, removeTree } from './directories.ts';
import { directoryBeneath, placeOfDirectory } from './directory-beneath.ts';
import { freeze, thaw, writeOut } from './freeze.ts';
import type { Host, HostLoops } from './host.ts';
import { allocateImage, createImage, readBlock, resizeImage, writeBlock } from './images.ts';
import { isOpen } from './lease.ts';
import { lock } from './lock.ts';
import { attachLoop } from './loop-attach.ts';
import {
  blockDeviceSize,
  detachLoop,
  disableDiscard,
  flushDevice,
  loopsHolding,
  refreshLoopSize,
  setLoopLabel,
} from './loop-devices.ts';
import { readLoop, scanLoops } from './loop-scan.ts';
import { bindMount, mountFilesystem, unmount } from './mount.ts';
import { findMount, listMounts } from './mountinfo.ts';
import { firstClosedTo, mayWrite } from './reachable.ts';
import { canReflink, reflink } from './reflink.ts';
import { run } from './run.ts';
import { copySparse } from './sparse-copy.ts';
import { stat, usage } from './stat.ts';
import { syncDescriptor, syncPath } from './sync.ts';
import { checkWritable, move, readText, replaceText, writeText } from './text-files.ts';

const loops: HostLoops = {
  list: scanLoops,
  holding: loopsHolding,
  find: async (path) => Promise.resolve(readLoop(path)),
  attach: attachLoop,
  detach: detachLoop,
  refreshSize: refreshLoopSize,
  setLabel: setLoopLabel,
  size: blockDeviceSize,
  flush: flushDevice,
  completedWrites,
  disableDiscard,
};

/**
 * The host as Linux 5.12 and later has it. Needs root, and an environment with UV_THREADPOOL_SIZE well above 4 when many
 * calls are to run at a time.
 */
export function linuxHost(): Host {
  return {
    files: {
      read: readText,
      write: writeText,
      replace: replaceText,
      move,
      sync: syncPath,
      syncDescriptor,
      makeDirectory,
      list,
      remove,
      removeTree,
      stat,
      firstClosedTo,
      mayWrite,
      isOpen,
      usage,
      lock,
      checkWritable,
    },
    images: {
      create: createImage,
      resize: resizeImage,
      allocate: allocateImage,
      reflink,
      canReflink,
      copySparse,
      setCowExtentSize,
      readBlock,
      writeBlock,
      sync: syncPath,
    },
    loops,
    mounts: {
      list: listMounts,
      find: async (target) => Promise.resolve(findMount(target)),
      mount: mountFilesystem,
      bind: bindMount,
      unmount,
      writeOut,
      freeze,
      thaw,
      beneath,
      directoryBeneath,
      placeOf: placeOfDirectory,
    },
    cgroups: { children: childCgroups, set: writeControl },
    run,
  };
}
