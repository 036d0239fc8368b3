import { expect } from 'chai';
import { History, type Holding } from './history.ts';

describe('a recorded history', () => {
  const pairs: [Holding, Holding, number][] = [
    ['sole-writer', 'sole-writer', 1],
    ['sole-writer', 'reader', 1],
    ['reader', 'sole-writer', 1],
    ['shared-writer', 'reader', 1],
    ['shared-writer', 'sole-writer', 1],
    ['reader', 'reader', 0],
    ['shared-writer', 'shared-writer', 0],
  ];
  for (const [first, second, count] of pairs) {
    it(`has ${count === 0 ? 'nothing' : 'a violation'} when a ${second} comes while a ${first} is there`, () => {
      const history = new History();
      const end = history.begin('a', first);
      history.begin('b', second);
      end();
      expect(history.violations()).to.have.length(count);
    });
  }

  it('has nothing when one comes after the other', () => {
    const history = new History();
    history.begin('a', 'sole-writer')();
    history.begin('b', 'sole-writer')();
    expect(history.violations()).to.deep.equal([]);
    expect(history.most('sole-writer')).to.equal(1);
  });

  it('has a violation when somebody is seen beside a sole writer, and none when that one is seen', async () => {
    const history = new History();
    history.begin('a', 'sole-writer');
    await history.look(() => Promise.resolve(['a']));
    expect(history.violations()).to.deep.equal([]);
    await history.look(() => Promise.resolve(['a', 'b']));
    expect(history.violations()).to.have.length(1);
  });
});
