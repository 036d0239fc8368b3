import { expect } from 'chai';
import { startController, volumeRequest, type TestController } from '../../../support/controller.ts';
import { refusalOf } from '../../../support/refusal.ts';

describe('limits on I/O', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('node-a.default');
  });
  afterEach(() => test.stop());

  const create = (parameters: Readonly<Record<string, string>>, mutableParameters = {}) =>
    test.controller.createVolume(volumeRequest('v', { parameters, mutableParameters }));

  for (const name of ['readIops', 'writeIops', 'readBandwidth', 'writeBandwidth']) {
    it(`${name}: is refused, and what it takes is said`, async () => {
      const limit = { [name]: '100' };
      const managed = { type: 'managed', hostPath: '/srv/data' };
      for (const call of [create(limit), create({ ...managed, ...limit }), create({}, limit)]) {
        const { code, message } = await refusalOf(call);
        expect(code).to.equal('INVALID_ARGUMENT');
        expect(message).to.contain(`${name} cannot be kept to: that takes io.max of the pod's cgroup (cgroup v2)`);
      }
      expect(await test.catalog.volumes.list()).to.deep.equal([]);
    });
  }
});
