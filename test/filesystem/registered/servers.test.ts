import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { messageOf } from '../../../src/domain/errors.ts';
import { untilServersEnd } from '../../../src/filesystem/registered/servers.ts';
import { failureOf } from '../../support/failure.ts';

const OTHERS = 400;

it('waiting for a server to end leaves the process free for others, however many processes there are', async function () {
  this.timeout(120_000);
  const target = `/nowhere/${process.pid}`;
  const env = { ...process.env, TOME_MOUNT: target };
  const processes = Array.from({ length: OTHERS }, () => spawn('sleep', ['300'], { stdio: 'ignore' }));
  processes.push(spawn('sleep', ['300'], { stdio: 'ignore', env }));
  await Promise.all(processes.map((child) => once(child, 'spawn')));
  const before = process.threadCpuUsage();
  const begun = performance.now();
  expect(messageOf(await failureOf(untilServersEnd(target, 1_500)))).to.contain('has not ended');
  // Of the processor, not of the time: others may have that.
  const { user, system } = process.threadCpuUsage(before);
  const utilization = (user + system) / 1000 / (performance.now() - begun);
  for (const child of processes) child.kill();
  expect(utilization).to.be.lessThan(0.25);
  await untilServersEnd(target, 5_000);
});
