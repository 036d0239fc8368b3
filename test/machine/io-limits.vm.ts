import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bundle } from '../support/bundle.ts';
import { runInMachine } from '../support/machine.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { killed, scenarios } from './fixtures/io-limits.ts';

const outcomesSchema = z.record(z.string(), z.object({ figures: z.array(z.string()), error: z.string().optional() }));

describe('limits on I/O, on a kernel that has cgroup v2 alone', function () {
  this.timeout(300_000);
  let outcomes: z.infer<typeof outcomesSchema>;

  before(async () => {
    const directory = temporaryDirectory('tome-machine');
    try {
      await bundle(join(import.meta.dirname, 'fixtures/io-limits.ts'), join(directory.path, 'guest.mjs'));
      const printed = await runInMachine(directory.path, [process.execPath, '/mnt/out/guest.mjs', 'all']);
      const text = await readFile(join(directory.path, 'outcomes.json'), 'utf8').catch(() => {
        throw new Error(`the machine has not got to its end:\n${printed}`);
      });
      outcomes = outcomesSchema.parse(JSON.parse(text));
      if (process.env['TOME_TEST_FIGURES'] !== undefined) console.log(printed, outcomes);
    } finally {
      await directory.cleanUp();
    }
  });

  for (const name of [...Object.keys(scenarios), ...Object.keys(killed)]) {
    it(name, () => {
      expect(outcomes[name]).to.not.equal(undefined);
      expect(outcomes[name]?.error, outcomes[name]?.figures.join('; ')).to.equal(undefined);
    });
  }
});
