// `npm run bench`: installs what is missing, builds the program and measures it. Arguments choose what is measured.
import { buildProgram, ensureInstalled, node, runOrExit } from './bootstrap.mjs';

ensureInstalled([['fio', 'fio']]);
buildProgram();
runOrExit(node, ['bench/main.ts', ...process.argv.slice(2)]);
