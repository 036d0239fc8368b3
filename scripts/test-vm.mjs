// `npm run test:vm`: the tests that need another kernel than this machine may have, in a virtual machine on it (QEMU, without
// KVM: a minute or two). Arguments go to mocha.
import { ensureInstalled, environment, node, runOrExit } from './bootstrap.mjs';

ensureInstalled([['qemu-system-x86_64', 'qemu-system-x86']]);
runOrExit(node, ['scripts/build-test-machine.ts']);
runOrExit(node, ['node_modules/mocha/bin/mocha.js', 'test/machine/*.vm.ts', ...process.argv.slice(2)], {
  env: { ...environment, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '32' },
});
