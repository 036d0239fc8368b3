// `npm run bench:cluster`: measures the driver on a real Kubernetes. Uses the cluster that KUBECONFIG names, with the image
// TOME_IMAGE; else brings one up on this machine, and takes it down whatever happens. Arguments choose what is measured.
import { spawn } from 'node:child_process';
import { ensureInstalled, environment, node, repository } from './bootstrap.mjs';

ensureInstalled();
const main = ['--disable-warning=ExperimentalWarning', 'bench/cluster/main.ts', ...process.argv.slice(2)];
const child = spawn(node, main, { cwd: repository, stdio: ['ignore', 'inherit', 'inherit'], env: environment });
// An interrupt reaches both; the other one ends when it has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => (process.exitCode = code ?? 1));
