import { expect } from 'chai';
import { inWordsOfCommands } from '../../src/cli/words.ts';

describe('inWordsOfCommands', () => {
  it('has detach and attach for the steps of CSI', () => {
    const said = inWordsOfCommands('is staged, and published elsewhere: unstage it first, stage it again, unpublished');
    expect(said).to.equal('is attached, and attached elsewhere: detach it first, attach it again, detached');
    expect(inWordsOfCommands('unpublish and unstage the volume, then stage it again')).to.equal(
      'detach the volume, then attach it again',
    );
  });

  it('leaves paths, names in quotes, calls and fields as they are', () => {
    for (const text of [
      'at /srv/stage/x',
      'volume "staged"',
      'in pre-stage',
      'NodeStageVolume',
      'staging_target_path',
    ]) {
      expect(inWordsOfCommands(text)).to.equal(text);
    }
  });
});
