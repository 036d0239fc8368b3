import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * Mocha's usual output, and the counts as JSON in the file that TEST_COUNTS names. Whatever did not pass has failed:
 * also a test that is pending, and one that never ran because its `before` failed.
 */
export default class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats;
      const failed = Math.max(failures, runner.total - passes);
      writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ passed: passes, failed }));
    });
  }
}
