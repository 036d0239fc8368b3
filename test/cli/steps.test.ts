import { expect } from 'chai';
import { CliError } from '../../src/cli/cli-error.ts';
import { runSteps, type Step } from '../../src/cli/steps.ts';

interface Outcome {
  readonly log: readonly string[];
  readonly error: unknown;
}

const never = new AbortController().signal;

async function outcomeOf(steps: (log: string[]) => readonly Step[], signal = never): Promise<Outcome> {
  const log: string[] = [];
  const error: unknown = await runSteps(steps(log), signal, 'by hand').catch((thrown: unknown) => thrown);
  return { log, error };
}

function step(log: string[], what: string, failing: 'run' | 'undo' | 'nothing' = 'nothing'): Step {
  const act = (name: string, fails: boolean) => () => {
    log.push(name);
    return fails ? Promise.reject(new Error(`${name} failed`)) : Promise.resolve();
  };
  return { what, run: act(what, failing === 'run'), undo: act(`undo ${what}`, failing === 'undo') };
}

describe('runSteps', () => {
  it('takes back what was done, last first, when a step fails, and throws its error', async () => {
    const { log, error } = await outcomeOf((l) => [step(l, 'a'), step(l, 'b'), step(l, 'c', 'run'), step(l, 'd')]);
    expect(log).to.deep.equal(['a', 'b', 'c', 'undo b', 'undo a']);
    expect(error).to.be.instanceOf(Error).with.property('message', 'c failed');
  });

  it('leaves what was in place before', async () => {
    const { log } = await outcomeOf((l) => [{ ...step(l, 'a'), undo: undefined }, step(l, 'b'), step(l, 'c', 'run')]);
    expect(log).to.deep.equal(['a', 'b', 'c', 'undo b']);
  });

  it('takes back the step that Ctrl-C cut short too', async () => {
    const { log } = await outcomeOf((l) => [step(l, 'a'), step(l, 'b', 'run')], AbortSignal.abort());
    expect(log).to.deep.equal(['a', 'b', 'undo b', 'undo a']);
  });

  it('stops at what cannot be taken back, and says what is left to do', async () => {
    const { log, error } = await outcomeOf((l) => [step(l, 'a'), step(l, 'b', 'undo'), step(l, 'c', 'run')]);
    expect(log).to.deep.equal(['a', 'b', 'c', 'undo b']);
    expect(error).to.be.instanceOf(CliError).and.include({ hint: 'by hand' });
    expect((error as CliError).message)
      .to.contain('c failed')
      .and.contain('undo b failed');
  });
});
