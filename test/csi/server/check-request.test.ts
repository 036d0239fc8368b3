import { expect } from 'chai';
import { checkRequest } from '../../../src/csi/server/check-request.ts';
import { methodsOf, type ServiceName } from '../../../src/csi/server/load-services.ts';
import { VolumeError } from '../../../src/domain/errors.ts';

function refusal(service: ServiceName, method: string, request: object): string | undefined {
  const found = methodsOf(service).find(({ name }) => name === method);
  if (found === undefined) throw new Error(`no method ${method}`);
  try {
    checkRequest(found.requestType, request);
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(VolumeError).and.include({ reason: 'InvalidArgument' });
    return (error as VolumeError).message;
  }
}

const createVolume = (request: object) => refusal('csi.v1.Controller', 'CreateVolume', request);
const mount = (flags: string[], fsType = '') => ({ volumeCapabilities: [{ mount: { fsType, mountFlags: flags } }] });

describe('checkRequest', () => {
  it('takes a name of 128 bytes and refuses one of 129, counted in bytes', () => {
    expect(createVolume({ name: 'n'.repeat(128) })).to.equal(undefined);
    expect(createVolume({ name: 'n'.repeat(129) })).to.contain('name is 129 bytes');
    expect(createVolume({ name: 'ü'.repeat(65) })).to.contain('name is 130 bytes');
  });

  it('takes a map of 4 KiB, keys and values together, and refuses a larger one', () => {
    expect(createVolume({ parameters: { key: 'v'.repeat(4093) } })).to.equal(undefined);
    expect(createVolume({ parameters: { key: 'v'.repeat(4094) } })).to.contain('parameters is 4097 bytes');
  });

  it('names the field inside lists and messages', () => {
    expect(createVolume(mount([], 'x'.repeat(129)))).to.contain('volume_capabilities[0].mount.fs_type');
    expect(createVolume(mount(['ro', 'a\0b']))).to.contain('volume_capabilities[0].mount.mount_flags[1]');
    const topology = { requisite: [{ segments: { key: 'a\0' } }] };
    expect(createVolume({ accessibilityRequirements: topology })).to.contain('requisite[0].segments');
  });

  it('counts the mount flags together, up to 4 KiB', () => {
    expect(createVolume(mount(['f'.repeat(4000), 'g'.repeat(96)]))).to.equal(undefined);
    expect(createVolume(mount(['f'.repeat(4000), 'g'.repeat(97)]))).to.contain('mount_flags is 4097 bytes');
  });

  it('takes paths as long as the system does, and ids and tokens of any length', () => {
    const stage = (request: object) => refusal('csi.v1.Node', 'NodeStageVolume', request);
    expect(stage({ stagingTargetPath: '/'.repeat(4096) })).to.equal(undefined);
    expect(stage({ stagingTargetPath: '/'.repeat(4097) })).to.contain('staging_target_path');
    expect(stage({ volumeId: 'v'.repeat(5000) })).to.equal(undefined);
    expect(refusal('csi.v1.Controller', 'ListVolumes', { startingToken: 't'.repeat(500) })).to.equal(undefined);
  });

  it('refuses NUL and half surrogate pairs everywhere', () => {
    expect(createVolume({ name: 'a\0' })).to.contain('name');
    expect(createVolume({ name: 'a\ud800' })).to.contain('name');
    expect(createVolume({ secrets: { '\0': 'x' } })).to.contain('secrets');
  });
});
