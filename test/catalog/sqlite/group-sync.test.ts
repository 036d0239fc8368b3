import { expect } from 'chai';
import { GroupSync } from '../../../src/catalog/sqlite/group-sync.ts';
import { errorOf } from '../outcomes.ts';

describe('group sync', () => {
  let runs: { resolve: () => void; reject: (error: Error) => void }[];
  let disk: GroupSync;
  beforeEach(() => {
    runs = [];
    disk = new GroupSync(() => new Promise((resolve, reject) => runs.push({ resolve, reject })));
  });

  it('syncs once for all who come together, and once more for all who come meanwhile', async () => {
    const first = Promise.all([disk.flush(), disk.flush(), disk.flush()]);
    await turn();
    expect(runs).to.have.length(1);

    let laterDone = false;
    const later = Promise.all([disk.flush(), disk.flush()]).then(() => (laterDone = true));
    await turn();
    expect(runs, 'one runs, one waits').to.have.length(1);
    runs[0]?.resolve();
    await first;
    await turn();
    expect(runs).to.have.length(2);
    expect(laterDone, 'the first sync may have begun before their write').to.equal(false);
    runs[1]?.resolve();
    await later;
  });

  it('is settled when the running and the waiting sync are done', async () => {
    await disk.settled();
    void disk.flush();
    await turn();
    void disk.flush();
    let settled = false;
    const all = disk.settled().then(() => (settled = true));
    runs[0]?.resolve();
    await turn();
    expect(settled).to.equal(false);
    runs[1]?.resolve();
    await all;
  });

  it('never claims success after a failure', async () => {
    const failure = new Error('EIO');
    const [first, waiting] = [disk.flush(), turn().then(() => disk.flush())];
    await turn();
    runs[0]?.reject(failure);
    expect(await errorOf(first)).to.equal(failure);
    expect(await errorOf(waiting)).to.equal(failure);
    expect(await errorOf(disk.flush())).to.equal(failure);
    expect(await errorOf(disk.settled())).to.equal(failure);
    expect(runs).to.have.length(1);
  });
});

/** Lets everything that is due run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
