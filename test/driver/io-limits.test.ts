import { expect } from 'chai';
import { join } from 'node:path';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { startDriver } from '../support/driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory } from '../support/temporary.ts';

it('limits on I/O are refused on a machine without cgroup v2, saying so, and nothing is left of the volume', async () => {
  const directory = temporaryDirectory('tome-io-limits');
  const cgroupRoot = directory.path;
  const driver = await startDriver(join(directory.path, 'driver'), { cgroupRoot });
  try {
    const mount = { fsType: 'ext4' };
    const request = {
      name: 'limited',
      capacityRange: { requiredBytes: 64 * MiB },
      volumeCapabilities: [{ accessMode: { mode: 'SINGLE_NODE_WRITER' as const }, mount }],
    };
    const limited = { ...request, parameters: { readIops: '100' } };
    const { code, message } = await refusalOf(driver.controller.createVolume(limited));
    expect(code).to.equal('FAILED_PRECONDITION');
    expect(message).to.contain(`node-1.default: ${cgroupRoot} is not cgroup v2`);

    await driver.controller.createVolume(request);
    const changed = { volumeId: volumeId('limited'), mutableParameters: { writeBandwidth: '1Mi' } };
    const refusal = await refusalOf(driver.controller.controllerModifyVolume(changed));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain(`${cgroupRoot} is not cgroup v2`);
    const { volumes } = await driver.admin.listVolumes({});
    expect(volumes.map(({ name, ioLimits }) => ({ name, ioLimits }))).to.deep.equal([
      { name: 'limited', ioLimits: {} },
    ]);
  } finally {
    await driver.close();
    await directory.cleanUp();
  }
});
