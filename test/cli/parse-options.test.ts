import { expect } from 'chai';
import { InvalidArgumentError } from 'commander';
import { commaList, countArgument, sizeArgument, tagOption } from '../../src/cli/parse-options.ts';
import { tagChange } from '../../src/cli/volume/tag.ts';

describe('options', () => {
  it('reads sizes with units, and refuses what is no size or nothing', () => {
    expect(sizeArgument('10Gi')).to.equal(10 * 1024 ** 3);
    for (const text of ['', '0', '0Gi', '-1Gi', '10 apples', '9999999Pi']) {
      expect(() => sizeArgument(text), text).to.throw(InvalidArgumentError);
    }
  });

  it('reads how many of something, which is one at least', () => {
    expect(countArgument('12')).to.equal(12);
    for (const text of ['', '0', '-1', '1.5', 'many']) {
      expect(() => countArgument(text), text).to.throw(InvalidArgumentError);
    }
  });

  it('collects tags, with the last value of a key', () => {
    expect(tagOption('team=a=b', tagOption('team=x', tagOption('use=')))).to.deep.equal({ use: '', team: 'a=b' });
    for (const text of ['team', '=value', '']) expect(() => tagOption(text), text).to.throw(InvalidArgumentError);
  });

  it('reads changes of tags: key=value sets, key- removes', () => {
    expect(tagChange('cost-center-', tagChange('a=b-'))).to.deep.equal({ a: 'b-', 'cost-center': '' });
    for (const text of ['key', 'key=', '-', '=x']) expect(() => tagChange(text), text).to.throw(InvalidArgumentError);
    expect(() => tagChange('team')).to.throw('write team=VALUE to set the tag, team- to remove it');
  });

  it('takes mount options in one word or in several', () => {
    expect(commaList('noatime, discard,', commaList('ro'))).to.deep.equal(['ro', 'noatime', 'discard']);
  });
});
