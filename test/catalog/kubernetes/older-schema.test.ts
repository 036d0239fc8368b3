import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import pino from 'pino';
import { ApiServer } from '../../../src/catalog/kubernetes/api-server.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { volumeSpec, volumeStatus } from '../fixtures.ts';
import { errorOf } from '../outcomes.ts';
import { describeInWorld, type World } from './world.ts';

const CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/volumes.tome.storage';
const UUID = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/uuid';

const odd = volumeId('odd');

describeInWorld('a resource that an older schema let in', (world) => {
  it('is left out of lists and watches, said once, and keeps none of the others away', async () => {
    await withoutPattern(world(), async () => {
      const spec = volumeSpec({ uuid: 'not one' });
      // The server takes a moment to go by the changed schema.
      while ((await errorsOf(world().kubectl.create('volumes', { metadata: { name: odd }, spec }))) !== undefined)
        await delay(50);
    });
    const logged: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
    const { volumes } = world().open({ log });
    const heard: string[] = [];
    volumes.watch(({ id }) => heard.push(id));
    expect(await volumes.list()).to.deep.equal([]);
    await world().kubectl.patch('volumes', odd, { metadata: { labels: { seen: 'again' } } });
    const good = await volumes.create(volumeId('good'), volumeSpec(), volumeStatus);
    expect(await volumes.list()).to.deep.equal([good]);
    expect(heard).to.deep.equal([good.id]);
    expect(logged.filter((line) => line.includes('a resource is left out'))).to.have.length(1);
    expect(logged.join('')).to.contain(odd).and.to.contain('uuid');
    expect(String(await errorOf(volumes.find(odd)))).to.contain('not what this driver understands');
  });
});

async function errorsOf(promise: Promise<unknown>): Promise<string | undefined> {
  return await promise.then(() => undefined, String);
}

/** With the pattern of uuids taken out of the CRD for a while. */
async function withoutPattern({ server }: World, work: () => Promise<void>): Promise<void> {
  const admin = new ApiServer(server.credentials('admin'), 10_000);
  const patch = (op: object) =>
    admin.request({ method: 'PATCH', path: CRD, body: [op], contentType: 'application/json-patch+json' });
  const before = await admin.request({ method: 'GET', path: CRD });
  const pattern = /"uuid":\{.*?"pattern":"([^"]+)"/.exec(JSON.stringify(before.body))?.[1];
  try {
    await patch({ op: 'remove', path: `${UUID}/pattern` });
    await work();
  } finally {
    await patch({ op: 'add', path: `${UUID}/pattern`, value: pattern });
    admin.close();
  }
}
