import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bundle } from '../support/bundle.ts';
import { MACHINE_LIMIT_MS, runInMachine } from '../support/machine.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { killed, scenarios } from './fixtures/io-limits.ts';

const outcomesSchema = z.record(z.string(), z.object({ figures: z.array(z.string()), error: z.string().optional() }));

describe('limits on I/O, on a kernel that has cgroup v2 alone', function () {
  this.timeout(MACHINE_LIMIT_MS + 30_000);
  let outcomes: z.infer<typeof outcomesSchema> = {};
  let printed = '';

  before(async () => {
    const directory = temporaryDirectory('tome-machine');
    try {
      await bundle(join(import.meta.dirname, 'fixtures/io-limits.ts'), join(directory.path, 'guest.mjs'));
      const program = [process.execPath, '/mnt/out/guest.mjs', 'all'];
      // One that does not get to its end has outcomes of what it got to.
      printed = await runInMachine(directory.path, program).catch(String);
      const text = await readFile(join(directory.path, 'outcomes.json'), 'utf8').catch(() => '{}');
      outcomes = outcomesSchema.parse(JSON.parse(text));
      if (process.env['TOME_TEST_FIGURES'] !== undefined) console.log(printed, outcomes);
    } finally {
      await directory.cleanUp();
    }
  });

  for (const name of [...Object.keys(scenarios), ...Object.keys(killed)]) {
    it(name, () => {
      expect(outcomes[name], `the machine has not got to this:\n${printed}`).to.not.equal(undefined);
      expect(outcomes[name]?.error, outcomes[name]?.figures.join('; ')).to.equal(undefined);
    });
  }
});
