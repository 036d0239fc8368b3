import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import { IoLimitsWorld, notPermitted } from './io-limits-world.ts';
import { failureOf, host, volume } from './open-test-pool.ts';

describe('limits on the I/O of volumes', () => {
  const world = new IoLimitsWorld();

  describe('that the kernel does not take', () => {
    const refusing = () => {
      let isRefused = false;
      const set: Host['cgroups']['set'] = (file, text) =>
        isRefused && file.includes('system') ? Promise.reject(notPermitted()) : world.fake.cgroups.set(file, text);
      const refuse = (refused: boolean) => (isRefused = refused);
      return { using: { ...world.fake, cgroups: { ...world.fake.cgroups, set } }, refuse };
    };

    it('keep a volume from being attached, and nothing is left of that', async () => {
      const { using, refuse } = refusing();
      const ioLimiter = world.limiter(using);
      const pool = await world.open(ioLimiter);
      const record = await createVolume(pool, volume('refused', { volumeMode: 'Block', ioLimits: { readIops: 7 } }));
      refuse(true);
      const failure = await failureOf(attachImage(pool, record, { access: 'writers', autoclear: true }));
      expect(failure).to.include({ reason: 'FailedPrecondition' });
      expect(failure.message).to.contain('cannot be kept to on this node: write').and.contain('EPERM');
      expect((await host.loops.list()).filter(({ label }) => label.includes(record.id))).to.deep.equal([]);
      refuse(false);
      await ioLimiter.begin();
      await ioLimiter.close();
      expect(world.notes()).to.deep.equal([]);
      expect(world.ioMax('kubepods.slice')).to.equal('');
    });

    it('leave a volume in use as it was, in its record and in io.max', async () => {
      const { using, refuse } = refusing();
      const pool = await world.open(world.limiter(using));
      const { record, line } = await world.attach(pool, 'as-it-was', { readIops: 100 });
      refuse(true);
      const { reason } = await failureOf(updateVolume(pool, record.id, { ioLimits: { readIops: 5 } }));
      expect(reason).to.equal('FailedPrecondition');
      refuse(false);
      expect((await findVolume(pool, record.id))?.ioLimits).to.deep.equal({ readIops: 100 });
      expect(line().map((text) => text?.includes('riops=100'))).to.deep.equal([true, true]);
    });
  });

  describe('on a machine that cannot keep to them', () => {
    const refusals: Readonly<Record<string, readonly [() => void, string]>> = {
      'without any': [() => (world.cgroupRoot = '/nonexistent'), 'there is no cgroup v2 to be used at /nonexistent'],
      'without cgroup v2': [() => (world.fake = host), 'is not cgroup v2'],
      'with the controller in cgroup v1': [
        () => {
          writeFileSync(join(world.root, 'cgroup.controllers'), 'cpu memory\n');
        },
        'has no controller io',
      ],
      'in a container that sees its own alone': [
        () => {
          writeFileSync(join(world.root, 'cgroup.events'), 'populated 1\n');
        },
        'is not the root of the control groups',
      ],
      'that lets nobody write there': [
        () => {
          const { fake } = world;
          const files = {
            ...world.fake.files,
            usage: async (path: string) => ({ ...(await fake.files.usage(path)), readOnly: true }),
          };
          world.fake = { ...world.fake, files };
        },
        'is mounted read-only',
      ],
      'with a kernel without io.max': [
        () => {
          writeFileSync(join(world.root, 'cgroup.subtree_control'), 'io\n');
        },
        'CONFIG_BLK_DEV_THROTTLING',
      ],
    };
    for (const [machine, [become, missing]] of Object.entries(refusals)) {
      it(`${machine}: are refused, saying so, when a volume is made, changed, or attached there`, async () => {
        become();
        const pool = await world.open();
        const plain = await createVolume(pool, volume(`plain-${machine}`, { volumeMode: 'Block' }));
        const limits = { ioLimits: { readIops: 1 } };
        const moved = { ...plain, ...limits };
        for (const call of [
          () => createVolume(pool, volume(`made-${machine}`, limits)),
          () => updateVolume(pool, plain.id, limits),
          () => attachImage(pool, moved, { access: 'writers', autoclear: true }),
        ]) {
          const { reason, message } = await failureOf(call());
          expect(reason).to.equal('FailedPrecondition');
          expect(message).to.contain('cannot be kept to on this node').and.to.contain(missing);
        }
        expect(await updateVolume(pool, plain.id, {})).to.not.have.property('ioLimits');
        expect(world.written).to.deep.equal([]);
      });
    }
  });
});
