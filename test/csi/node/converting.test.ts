import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { groupId, templateId } from '../../../src/domain/ids.ts';
import { createGroup } from '../../../src/pool/create-group.ts';
import { failureOf } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

describe('NodeStageVolume of a volume that is becoming a template with others', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());

  it('is refused from the moment that decides it, also while its image cannot be moved', async () => {
    const volumes = [await place.create('first'), await place.create('second')];
    const [first, second] = volumes;
    if (first === undefined || second === undefined) throw new Error('there are no volumes');
    const members = volumes.map(({ id, uuid, name }) => ({
      ...{ sourceVolumeId: id, snapshotId: templateId(`t-${name}`), uuid: randomUUID() },
      ...{ template: `t-${name}`, convertedUuid: uuid },
    }));
    const group = { id: groupId('both'), uuid: randomUUID(), name: 'both', members };
    const files: { move: (from: string, to: string) => Promise<void> } = place.pool.host.files;
    const move = files.move.bind(files);
    const breakTo = (part: string) => {
      files.move = (from, to) => (to.includes(part) ? Promise.reject(new Error('an I/O error')) : move(from, to));
    };
    try {
      // Not decided: a volume as any other, though the template's record is beside its own.
      breakTo('groups');
      expect((await failureOf(createGroup(place.pool, group))).message).to.contain('an I/O error');
      await place.stage(second);
      await place.unstage(second);
      breakTo(templateId('t-second'));
      expect((await failureOf(createGroup(place.pool, group))).message).to.contain('an I/O error');
      const { reason, message } = await failureOf(place.stage(second));
      expect(reason).to.equal('FailedPrecondition');
      expect(message).to.contain('is becoming template "t-second"');
      expect((await failureOf(place.stage(first))).reason).to.equal('NotFound');
    } finally {
      files.move = move;
    }
    await createGroup(place.pool, group);
    expect((await failureOf(place.stage(second))).reason).to.equal('NotFound');
  });
});
