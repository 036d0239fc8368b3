import { expect } from 'chai';
import { progressText, showProgress } from '../../src/cli/import-progress.ts';

const MiB = 1024 ** 2;

describe('the progress of an import', () => {
  it('has bytes, a rate, and the time that is left where the whole is known', () => {
    const half = { doneBytes: 512 * MiB, totalBytes: 1024 * MiB };
    expect(progressText(half, undefined)).to.equal('512Mi of 1Gi');
    expect(progressText(half, 64 * MiB)).to.equal('512Mi of 1Gi, 64Mi/s, 8s left');
    expect(progressText(half, 4 * MiB)).to.equal('512Mi of 1Gi, 4Mi/s, 2m08s left');
    expect(progressText(half, MiB / 16)).to.equal('512Mi of 1Gi, 64Ki/s, 2h16m left');
    expect(progressText({ doneBytes: 5 * MiB }, MiB)).to.equal('5Mi, 1Mi/s');
    expect(progressText(half, 0)).to.equal('512Mi of 1Gi');
  });

  it('is shown in place often, elsewhere as a line every few seconds, and always at its end', () => {
    for (const [isInteractive, lines] of [
      [true, 51],
      [false, 4],
    ] as const) {
      let time = 0;
      const shown: string[] = [];
      const progress = (text: string | undefined) => void shown.push(text ?? '');
      const show = showProgress({ isInteractive, progress }, () => time);
      // A MiB each tenth of a second, ten seconds long, after 100 MiB that were there before.
      for (let step = 0; step <= 100; step += 1) {
        time = step * 100;
        show({ doneBytes: (100 + step) * MiB, totalBytes: 200.5 * MiB });
      }
      show({ doneBytes: 200.5 * MiB, totalBytes: 200.5 * MiB });
      expect(shown).to.have.length(lines + (isInteractive ? 1 : 0));
      expect(shown[1]).to.match(/ of 200\.5Mi, 10Mi\/s, \d+s left$/);
      expect(shown.at(-1)).to.match(/^200\.5Mi of 200\.5Mi, /);
    }
  });

  it('counts no rate over a source that is begun anew', () => {
    let time = 0;
    const shown: string[] = [];
    const progress = (text: string | undefined) => void shown.push(text ?? '');
    const show = showProgress({ isInteractive: true, progress }, () => (time += 1000));
    for (const doneBytes of [100 * MiB, 120 * MiB, 0, MiB, 2 * MiB]) show({ doneBytes });
    expect(shown).to.deep.equal(['100Mi', '120Mi, 20Mi/s', '0B', '1Mi, 1Mi/s', '2Mi, 1Mi/s']);
  });
});
