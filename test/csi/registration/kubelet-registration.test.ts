import { expect } from 'chai';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { watch } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeletRegistration } from '../../../src/csi/registration/kubelet-registration.ts';
import { registrationService } from '../../../src/csi/registration/service.ts';
import { connectSocket } from '../../../src/csi/server/client.ts';
import { serveSocket } from '../../../src/csi/server/serve.ts';
import { recordingLog } from '../../support/serve-for-test.ts';

const driverName = 'csi.tome.storage';
const endpoint = '/var/lib/kubelet/plugins/csi.tome.storage/csi.sock';

describe('KubeletRegistration', () => {
  let directory: string;
  let socketPath: string;
  let registration: KubeletRegistration;
  let lines: readonly Record<string, unknown>[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tome-registration-'));
    socketPath = join(directory, 'csi.tome.storage-reg.sock');
    const recording = recordingLog();
    lines = recording.lines;
    registration = new KubeletRegistration({ driverName, endpoint, socketPath, log: recording.log, retryMs: 1 });
  });
  afterEach(async () => {
    await registration.close();
    await rm(directory, { recursive: true });
  });

  /** As the kubelet does it: one connection for both calls, and none afterwards. */
  const decide = async (status: { pluginRegistered: boolean; error?: string }) => {
    const connection = connectSocket(socketPath);
    const kubelet = connection.service('pluginregistration.Registration');
    const info = await kubelet.getInfo({}, { timeout: 1000 });
    await kubelet.notifyRegistrationStatus(status);
    connection.close();
    return info;
  };

  it('tells the kubelet what it wants to know, and remembers its decision', async () => {
    await registration.offer();
    expect(registration.problem).to.contain('has not asked');
    expect(await decide({ pluginRegistered: true })).to.deep.equal({
      type: 'CSIPlugin',
      name: driverName,
      endpoint,
      supportedVersions: ['1.0.0'],
    });
    expect(registration.problem).to.equal(undefined);
    expect(lines.map(({ msg }) => msg)).to.include('registered with the kubelet');
  });

  it('is offered anew, with another socket, after the kubelet has refused it', async () => {
    await registration.offer();
    const before = await stat(socketPath);
    const watcher = watch(directory);
    const error = `RegisterPlugin error -- ${'the API server is away, '.repeat(20)}`;
    await decide({ pluginRegistered: false, error });
    expect(registration.problem).to.contain(error);
    expect(lines).to.deep.include.members([
      { level: 50, time: lines.at(-2)?.['time'], error, retryMs: 1, msg: String(lines.at(-2)?.['msg']) },
    ]);
    while (!(await isAnother(socketPath, before))) await once(watcher, 'change');
    watcher.close();
    await offered(() => lines.filter(({ msg }) => msg === 'offered to the kubelet').length === 2);
    await decide({ pluginRegistered: true });
    expect(registration.problem).to.equal(undefined);
  });

  it('takes its socket away at its end, and notices when somebody else did', async () => {
    expect(await registration.isLost()).to.equal(false);
    await registration.offer();
    expect(await registration.isLost()).to.equal(false);
    await rm(socketPath);
    expect(await registration.isLost()).to.equal(true);
    await registration.close();

    const { log } = recordingLog();
    const next = new KubeletRegistration({ driverName, endpoint, socketPath, log });
    await next.offer();
    await next.close();
    expect(await stat(socketPath).catch((error: unknown) => error)).to.include({ code: 'ENOENT' });
  });

  it('waits for a predecessor that still answers', async () => {
    const { log } = recordingLog();
    const service = registrationService({ driverName, endpoint: '/old', onDecision: () => undefined });
    const predecessor = await serveSocket({ socketPath, services: [service], log });
    const offering = registration.offer();
    await offered(() => lines.some(({ msg }) => String(msg).startsWith('another server answers')));
    expect((await decide({ pluginRegistered: true })).endpoint).to.equal('/old');
    await predecessor.close();
    await offering;
    expect((await decide({ pluginRegistered: true })).endpoint).to.equal(endpoint);
  });
});

async function isAnother(path: string, before: { ino: number; birthtimeMs: number }): Promise<boolean> {
  const now = await stat(path).catch(() => undefined);
  return now !== undefined && (now.ino !== before.ino || now.birthtimeMs !== before.birthtimeMs);
}

async function offered(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
