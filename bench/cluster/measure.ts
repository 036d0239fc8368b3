import { report, type Measure } from '../support/report.ts';
import { measureBurst } from './burst.ts';
import { measureCatalog } from './catalog.ts';
import { memoryMeasures } from './memory.ts';
import { parts, type Part } from './names.ts';
import { measureStartup } from './startup.ts';
import { whenReady } from './when-ready.ts';

/** Runs where the API server can be reached, in a cluster where the release is installed. */
const measureOf: Readonly<Record<Part, () => Promise<readonly Measure[]>>> = {
  startup: measureStartup,
  burst: measureBurst,
  catalog: measureCatalog,
};

const wanted = parts.filter((part) => process.argv.length === 2 || process.argv.includes(part));
await whenReady();
const measures: Measure[] = [...(await memoryMeasures('before anything was made'))];
for (const part of wanted) {
  process.stderr.write(`measuring ${part} ...\n`);
  measures.push(...(await measureOf[part]()));
}
report(measures, 'bench-cluster-results.json');
