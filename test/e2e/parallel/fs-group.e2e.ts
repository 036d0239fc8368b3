import { expect } from 'chai';
import { run } from '../support/exec.ts';
import { useSpace } from '../support/use-space.ts';

describe('fsGroup', () => {
  const space = useSpace('fsgroup');
  const user = { runAsUser: 1000, runAsGroup: 3000, runAsNonRoot: true };

  it('a pod that is not root writes, and what it makes belongs to the group', async () => {
    await space.claim('group');
    const spec = { securityContext: { ...user, fsGroup: 2000 } };
    const pod = await space.runningPod('group', { spec });
    expect(await run(pod, 'stat -c %g /data')).to.equal('2000');
    await run(pod, 'echo mine > /data/file && sync /data/file');
    expect(await run(pod, 'stat -c %u:%g /data/file')).to.equal('1000:2000');
  });

  it('the next pod with another group gets the files as well', async () => {
    await space.removedPod('group');
    const securityContext = { ...user, runAsUser: 1001, fsGroup: 2001, fsGroupChangePolicy: 'Always' };
    const pod = await space.runningPod('other', { claim: 'group', spec: { securityContext } });
    expect(await run(pod, 'stat -c %g /data/file')).to.equal('2001');
    expect(await run(pod, 'echo more >> /data/file && cat /data/file')).to.equal('mine\nmore');
  });
});
