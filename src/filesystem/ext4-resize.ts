import { VolumeError } from '../domain/errors.ts';
import { isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';

/** Bit of CAP_SYS_RESOURCE, without which the kernel resizes no mounted ext4, whoever asks (capabilities(7)). */
const CAP_SYS_RESOURCE = 24n;
const TIMEOUT_MS = 3_600_000;

/**
 * Grows a mounted ext4 to the size of its device. Safe to repeat. Throws FailedPrecondition where this process has no
 * CAP_SYS_RESOURCE: then it grows the next time it is staged.
 */
export async function growMounted(host: Host, device: string): Promise<void> {
  try {
    await host.run('resize2fs', [device], { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (!isHostError(error, 'EXIT') || (await mayResizeMounted(host))) throw error;
    throw new VolumeError(
      'FailedPrecondition',
      `growing a mounted ext4 needs CAP_SYS_RESOURCE, which this process does not have: give it that, or detach the ` +
        `volume and attach it again, which grows it as well (${error.message})`,
      { cause: error },
    );
  }
}

/**
 * Grows an unmounted ext4 to the size of its file where a mounted one could not be grown. Returns whether it did. The
 * kernel does it in no time while mounted; resize2fs wants a whole filesystem first, so e2fsck replays the journal and
 * reads all metadata. Preening (-p) does no more than clear what a crash left open. Safe to repeat.
 */
export async function growUnmounted(host: Host, image: string): Promise<boolean> {
  if (await mayResizeMounted(host)) return false;
  const preen = () => host.run('e2fsck', ['-f', '-p', image], { timeoutMs: TIMEOUT_MS });
  try {
    await preen();
  } catch (error) {
    if (!isHostError(error, 'EXIT')) throw error;
    // It also fails when it has mended something. Then there is nothing left for a second run.
    await preen();
  }
  await host.run('resize2fs', [image], { timeoutMs: TIMEOUT_MS });
  return true;
}

async function mayResizeMounted(host: Host): Promise<boolean> {
  const status = (await host.files.read('/proc/self/status')) ?? '';
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
}
