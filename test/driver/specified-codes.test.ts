import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { methodsOf, type Method, type ServiceName } from '../../src/csi/server/load-services.ts';
import { encode } from '../../src/csi/server/codec.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { RawCaller } from './raw-caller.ts';
import { specifiedRows } from './specified-rows.ts';
import { attach, detach, useOf } from './volume-use.ts';

const id = volumeId('v');
const volumeCapability = mount();
const size = { capacityRange: { requiredBytes: 16 * MiB } };

describe('what the specification says of an RPC and its errors', () => {
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let caller: RawCaller;

  before(async () => {
    directory = temporaryDirectory();
    driver = await startDriver(directory.path, { logLevel: 'silent' });
    caller = new RawCaller(driver.socket);
    for (const name of ['v', 'other']) await driver.controller.createVolume(volumeRequest(name, size));
    await attach(driver, useOf(directory.path, 'v'));
    await driver.controller.controllerPublishVolume({ volumeId: id, nodeId: 'node-1', volumeCapability });
    await driver.controller.createSnapshot({ name: 'cut', sourceVolumeId: id });
    await driver.group.createVolumeGroupSnapshot({ name: 'cuts', sourceVolumeIds: [id] });
  });

  after(async () => {
    caller.close();
    await detach(driver, useOf(directory.path, 'v'));
    await driver.close();
    await directory.cleanUp();
  });

  async function codeOf(method: Method, message: object): Promise<string> {
    const { code, details } = await caller.call(method, { message, bytes: encode(method.requestType, message) });
    if (code !== 'OK') expect(details, 'every refusal says why').not.to.equal('');
    return code;
  }

  // The paths are known when the tests run; which RPCs there are, now.
  for (const [service, rows] of Object.entries(specifiedRows((name) => name))) {
    for (const name of Object.keys(rows)) {
      it(`holds for ${service} ${name}`, async () => {
        const now = specifiedRows((file) => join(directory.path, 'use', file));
        const all = now[service as ServiceName] ?? {};
        const { good, required, changes = [] } = all[name] ?? { good: {}, required: [] };
        const method = methodsOf(service as ServiceName).find((candidate) => candidate.name === name);
        if (method === undefined) throw new Error(`${service} has no ${name}`);
        for (const field of required) {
          const without = Object.fromEntries(Object.entries(good).filter(([key]) => key !== field));
          expect(await codeOf(method, without), `without ${field}`).to.equal('INVALID_ARGUMENT');
        }
        for (const [change, code] of changes) {
          expect(await codeOf(method, { ...good, ...change }), JSON.stringify(change)).to.equal(code);
        }
        // Again and again the same.
        for (const time of ['once', 'twice']) expect(await codeOf(method, good), time).to.equal('OK');
        if (name === 'ControllerUnpublishVolume') {
          await driver.controller.controllerPublishVolume({ volumeId: id, nodeId: 'node-1', volumeCapability });
        }
      });
    }
  }
});
