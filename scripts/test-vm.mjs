// `npm run test:vm`: the tests that need another kernel than this machine may have, in a virtual machine on it (QEMU, without
// KVM: some minutes). The last line is always `N passed, N failed`. Arguments go to mocha.
import { ensureInstalled, node, runOrExit } from './bootstrap.mjs';
import { endWithCounts, runTests } from './suite.mjs';

endWithCounts();
ensureInstalled([
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['xz', 'xz-utils'],
]);
runOrExit(node, ['scripts/build-test-machine.ts']);
runTests(['test/machine/*.vm.ts', ...process.argv.slice(2)]);
