import type { Host } from '../host/host.ts';

/** For filesystems of which only the rules are asked: whatever would touch storage is a defect, and says so. */
export const noHost = new Proxy(
  {},
  {
    get: (_, name) => {
      throw new Error(`the controller has no storage, and asked for ${String(name)}`);
    },
  },
  // It has every property, as far as anybody can see.
) as Host;
