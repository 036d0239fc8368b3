import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GiB } from '../../src/domain/sizes.ts';
import { machineInitramfs, machineKernel } from './test-machine-files.ts';

/** What is in it hides behind the machine's own /tmp, /run or /mnt where the repository is in one of those. */
const repository = resolve(import.meta.dirname, '../..');

/** Milliseconds after which the machine is ended: it emulates every instruction, and this one may be busy. */
export const MACHINE_LIMIT_MS = 900_000;

/**
 * Runs a program in a virtual machine with a kernel of its own (QEMU, no KVM needed), and returns what it printed when it has
 * ended. It sees this machine's files read-only, `directory` as /mnt/out, and an empty disk of 16 GiB as /dev/vda; cgroup v2
 * alone is mounted. Throws when the machine does not end in time.
 */
export async function runInMachine(directory: string, program: readonly string[]): Promise<string> {
  const disk = join(directory, 'disk.img');
  await writeFile(disk, '');
  await truncate(disk, 16 * GiB);
  await writeFile(join(directory, 'run'), runScript(program));
  await chmod(join(directory, 'run'), 0o755);
  const machine = spawn('qemu-system-x86_64', [...HARDWARE, ...disks(directory, disk)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MACHINE_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let printed = '';
  for (const stream of [machine.stdout, machine.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const [code, signal] = (await once(machine, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`the machine ended with ${String(signal ?? code)}:\n${printed}`);
  return printed;
}

const HARDWARE = [
  ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024'],
  ...['-nodefaults', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
  ...['-kernel', machineKernel, '-initrd', machineInitramfs],
  ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off'],
];

function disks(directory: string, disk: string): readonly string[] {
  return [
    ...['-fsdev', 'local,id=root,path=/,security_model=none,readonly=on,multidevs=remap'],
    ...['-device', 'virtio-9p-pci,fsdev=root,mount_tag=root'],
    ...['-fsdev', `local,id=repository,path=${repository},security_model=none,readonly=on,multidevs=remap`],
    ...['-device', 'virtio-9p-pci,fsdev=repository,mount_tag=repository'],
    ...['-fsdev', `local,id=out,path=${directory},security_model=none`],
    ...['-device', 'virtio-9p-pci,fsdev=out,mount_tag=out'],
    ...['-drive', `if=virtio,file=${disk},format=raw,cache=unsafe,discard=unmap`],
  ];
}

/** The first process must not end before the machine is off. */
function runScript(program: readonly string[]): string {
  const words = program.map((word) => `'${word}'`).join(' ');
  return `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin UV_THREADPOOL_SIZE=16
mkdir -p '${repository}'
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 repository '${repository}'
${words}
sync
echo o > /proc/sysrq-trigger
sleep 60
`;
}
