import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { probeMount } from '../../src/filesystem/registered/probe-mount.ts';
import { mountPodName } from '../../src/mount-pods/pod-names.ts';
import { removeLeftovers } from '../../src/mount-pods/remove-leftovers.ts';
import { failureOf } from '../support/failure.ts';
import { MISSING, SLOW } from './kubelet.ts';
import { directoryFilesystem, objects, openWorld, type World } from './world.ts';

const SECRET = 'a long and winding secret';
const key = ['-extpass', 'printenv', '-extpass', 'GOCRYPTFS_PASSWORD'];
const gocryptfs = directoryFilesystem({
  name: 'gocryptfs',
  environment: { GOCRYPTFS_PASSWORD: { secret: 'password' } },
});

describe('mount pods', function () {
  this.timeout(60_000);
  let world: World;
  let count = 0;
  let volumeId: string;
  let source: string;
  let target: string;

  before(async () => {
    world = await openWorld();
  });

  beforeEach(() => {
    count += 1;
    volumeId = `vol-${count.toString(16).padStart(32, '0')}`;
    source = join(world.directory.path, 'pool', volumeId);
    target = join(world.directory.path, 'mounts', volumeId);
    mkdirSync(source, { recursive: true });
  });

  afterEach(async () => {
    expect(await objects(world, 'pods'), 'pods that stay').to.deep.equal([]);
    expect(await objects(world, 'secrets'), 'Secrets that stay').to.deep.equal([]);
    expect((await world.directory.leftovers()).mounts).to.deep.equal([]);
  });

  after(() => world.close());

  const env = { GOCRYPTFS_PASSWORD: SECRET };
  const request = (fields: object = {}) => ({
    ...{ volumeId, registration: gocryptfs, source, target, env, timeoutMs: 20_000 },
    command: ['gocryptfs', '-fg', '-q', ...key, source, target],
    ...fields,
  });
  const format = () =>
    world.mounter.run({
      ...request({ target: undefined, command: ['gocryptfs', '-init', '-q', '-scryptn', '10', ...key, source] }),
      hook: 'format',
    });
  const unmount = () => world.mounter.unmount({ ...request(), command: undefined });
  const name = () => mountPodName(volumeId, world.kubelet.nodeName);

  it('mounts in a pod that has what it needs of the node, its secret apart, and takes it down again', async () => {
    await format();
    expect(await objects(world, 'pods'), 'the pod of the format hook').to.deep.equal([]);
    await world.mounter.mount(request());
    writeFileSync(join(target, 'file'), 'clear text');
    expect(readdirSync(source)).to.include('gocryptfs.conf').and.not.to.include('file');

    const [pod, ...others] = await objects(world, 'pods');
    expect(others).to.be.empty;
    expect(JSON.stringify(pod)).not.to.contain(SECRET);
    expect(pod).to.have.nested.property('metadata.name', name());
    expect(pod?.metadata['labels']).to.include({ 'tome.storage/volume': volumeId });
    expect(pod?.['spec']).to.deep.include({
      nodeName: world.kubelet.nodeName,
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists' }],
      volumes: [
        { name: 'mounts', hostPath: { path: join(world.directory.path, 'mounts'), type: 'Directory' } },
        { name: 'source', hostPath: { path: source, type: 'Directory' } },
      ],
    });
    expect(pod).to.have.nested.property('spec.containers[0].securityContext.privileged', true);
    expect(pod)
      .to.have.nested.property('spec.containers[0].volumeMounts')
      .that.deep.equals([
        { name: 'mounts', mountPath: join(world.directory.path, 'mounts'), mountPropagation: 'Bidirectional' },
        { name: 'source', mountPath: source },
      ]);

    await world.mounter.mount(request());
    expect((await objects(world, 'pods'))[0]?.metadata).to.have.property('uid', pod?.metadata['uid']);
    await unmount();
    expect(readdirSync(source)).to.include('gocryptfs.conf');
    await unmount();
  });

  it('says why the program has ended, without what is secret, and leaves nothing', async () => {
    const script = `echo "the key is $GOCRYPTFS_PASSWORD"; echo "no such bucket" >&2; exit 3`;
    const failure = await failureOf(world.mounter.mount(request({ command: ['sh', '-c', script] })));
    expect(failure)
      .to.have.property('message')
      .that.contains('hook mount of filesystem gocryptfs')
      .and.contains(`${name()}: it ended with exit code 3`)
      .and.contains('no such bucket')
      .and.contains('the key is ***')
      .and.not.contains(SECRET);
    expect(await probeMount(world.deps.host, target)).to.equal('absent');
  });

  it('says that a hook which goes into the background ends its pod', async () => {
    const failure = await failureOf(world.mounter.mount(request({ command: ['true'] })));
    expect(failure).to.have.property('message').that.contains('mountPod must stay in the foreground');
  });

  it('says what the kubelet says of an image that is not to be had', async () => {
    const registration = directoryFilesystem({ image: MISSING });
    const failure = await failureOf(world.mounter.mount(request({ registration })));
    expect(failure).to.have.property('message').that.contains('ErrImagePull: localhost/missing:1: not found');
  });

  it('gives up a program that runs and mounts nothing', async () => {
    const command = ['sh', '-c', 'echo waiting for the server; exec sleep 1000'];
    const failure = await failureOf(world.mounter.mount(request({ command, timeoutMs: 2_000 })));
    expect(failure)
      .to.have.property('message')
      .that.contains(`nothing is mounted at ${target} after 2 s: waiting for the server`);
  });

  it('waits for a pod that is still starting in the next call, too', async () => {
    await format();
    const slow = request({ registration: { ...gocryptfs, image: SLOW }, timeoutMs: 1_500 });
    const failure = await failureOf(world.mounter.mount(slow));
    expect(failure).to.deep.include({ reason: 'Unavailable' });
    expect(failure).to.have.property('message').that.contains('has not started after 1.5 s (ContainerCreating)');
    const [before] = await objects(world, 'pods');
    world.kubelet.isSlow = false;
    await world.mounter.mount({ ...slow, timeoutMs: 20_000 });
    const [after] = await objects(world, 'pods');
    expect(after?.metadata['uid']).to.equal(before?.metadata['uid']);
    await unmount();
  });

  it('mounts again what died', async () => {
    await format();
    await world.mounter.mount(request());
    writeFileSync(join(target, 'file'), 'kept');
    await world.kubelet.kill(name());
    expect(await probeMount(world.deps.host, target)).to.equal('dead');
    await world.mounter.mount(request());
    expect(readFileSync(join(target, 'file'), 'utf8')).to.equal('kept');
    await unmount();
  });

  it('mounts again without the secrets at hand, also when somebody has deleted the pod', async () => {
    await format();
    await world.mounter.mount(request());
    writeFileSync(join(target, 'file'), 'kept');
    const { env: unknown, ...again } = request();
    await world.kubelet.kill(name());
    expect(await world.mounter.mountAgain(again)).to.equal(true);
    expect(readFileSync(join(target, 'file'), 'utf8')).to.equal('kept');

    await world.deps.client.removeAndWait(name(), 20_000);
    expect(await world.mounter.mountAgain(again)).to.equal(true);
    expect(readFileSync(join(target, 'file'), 'utf8')).to.equal('kept');
    expect(unknown).to.deep.equal(env);
    await unmount();
    const failure = await failureOf(world.mounter.mountAgain(again));
    expect(failure).to.have.property('message').that.contains('CreateContainerConfigError');
  });

  it('lets what served the mount store all that was written, before its pod is deleted', async () => {
    const script = `mount --bind "$1" "$2"; while mountpoint -q "$2"; do sleep 0.05; done; sleep 1; touch "$1/stored"`;
    const served = request({ command: ['sh', '-c', script, 'sh', source, target] });
    await world.mounter.mount(served);
    await unmount();
    expect(existsSync(join(source, 'stored'))).to.equal(true);
  });

  it('takes down what is dead', async () => {
    await format();
    await world.mounter.mount(request());
    await world.kubelet.kill(name());
    await unmount();
  });

  it('leaves a mount alone that is in use', async () => {
    await format();
    await world.mounter.mount(request());
    const inside = join(world.directory.path, 'inside');
    mkdirSync(inside);
    const { mounts } = world.deps.host;
    const before = process.cwd();
    process.chdir(target);
    try {
      const failure = await failureOf(unmount());
      expect(failure).to.deep.include({ reason: 'FailedPrecondition' });
      expect(await probeMount(world.deps.host, target)).to.equal('alive');
    } finally {
      process.chdir(before);
    }
    expect(await mounts.find(target)).not.to.equal(undefined);
    await unmount();
  });

  it('runs another hook to its end: what it prints, how it fails, and how it takes too long', async () => {
    const run = (script: string, timeoutMs = 20_000) =>
      world.mounter.run({ ...request({ command: ['sh', '-c', script], timeoutMs }), hook: 'stats' });
    expect(await run('echo "{\\"totalBytes\\": 5}"')).to.equal('{"totalBytes":5}');
    expect(await failureOf(run('echo broken >&2; exit 4')))
      .to.have.property('message')
      .that.matches(/hook stats of filesystem gocryptfs, in pod .*: it ended with exit code 4: broken$/);
    expect(await failureOf(run('echo begun; exec sleep 1000', 1_500))).to.deep.include({ code: 'ETIMEDOUT' });
  });

  it('runs the hook for unmounting where the programs are', async () => {
    await format();
    await world.mounter.mount(request());
    await world.mounter.unmount({ ...request(), command: ['fusermount3', '-u', target] });
    expect(await probeMount(world.deps.host, target)).to.equal('absent');
  });

  it('removes what an earlier driver has left, and not what a pod of somebody uses', async () => {
    await format();
    await world.mounter.mount(request());
    const shown = join(world.directory.path, `shown-${volumeId}`);
    mkdirSync(shown);
    await world.deps.host.mounts.bind({ source: target, target: shown, readOnly: false });
    const mountsDirectory = join(world.directory.path, 'mounts');
    const locked: string[] = [];
    const exclusively = (id: string, work: () => Promise<void>) => {
      locked.push(id);
      return work();
    };
    const isAttached = () => Promise.resolve(false);
    const tidy = () => removeLeftovers({ ...world.deps, mountsDirectory, isAttached, exclusively });
    await tidy();
    expect(await probeMount(world.deps.host, target)).to.equal('alive');
    expect(await objects(world, 'pods')).to.have.length(1);

    execFileSync('umount', [shown]);
    await tidy();
    expect(locked).to.deep.equal([volumeId, volumeId]);
    expect(await probeMount(world.deps.host, target)).to.equal('absent');
  });
});
