import { expect } from 'chai';
import { retirePools } from '../../../src/agent/retire-pools.ts';
import { startController, type TestController } from '../../support/controller.ts';

describe('pools that are in the configuration no more', () => {
  let test: TestController;

  beforeEach(async () => {
    test = await startController();
    for (const id of ['a.default', 'a.former', 'b.default']) await test.addPool(id);
    await test.addPool('shared.objects', { filesystem: 'objects', agent: 'a', nodes: ['a', 'b'] });
    await test.addPool('shared.managed', { managedRoots: [], agent: 'a', nodes: ['a', 'b'] });
  });
  afterEach(() => test.stop());

  async function retired(ownsCatalog: boolean): Promise<readonly string[]> {
    const ids: string[] = [];
    const lost = (id: string) => Promise.resolve(void ids.push(id));
    await retirePools(['a.default'], { catalog: test.catalog, reporter: { lost }, nodeName: 'a', ownsCatalog });
    return ids.sort();
  }

  it('are told to be lost, but for those that nodes share: another node takes them over from one that is silent', async () => {
    expect(await retired(false)).to.deep.equal(['a.former']);
    expect(await retired(true)).to.deep.equal(['a.former', 'b.default', 'shared.managed', 'shared.objects']);
  });
});
