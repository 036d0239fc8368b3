// `npm start`: installs what is missing, builds, and serves until it is told to stop. Arguments go to `tome standalone`.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { buildProgram, ensureInstalled, environment, node, repository } from './bootstrap.mjs';

ensureInstalled();
buildProgram();

const program = path.join(repository, 'dist/tome.mjs');
const server = spawn(node, [program, 'standalone', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {
    ...environment,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(repository, '.cache/compiled'),
  },
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Ctrl-C reaches the whole foreground group, the server too; a second one would mean "at once".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) server.kill(signal);
  });
}
server.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
server.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
