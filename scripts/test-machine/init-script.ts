/**
 * The first process of the machine: it shows the host's files, read-only, with empty places for what is written, and becomes
 * the program `/mnt/out/run`.
 */
export function initScript(modules: readonly string[]): string {
  return `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
for module in ${modules.join(' ')}; do $b insmod /modules/$module.ko; done
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 root /new
for place in dev proc sys; do $b mount --move /$place /new/$place; done
for place in tmp run mnt; do $b mount -t tmpfs tmpfs /new/$place; done
$b mount -t cgroup2 cgroup2 /new/sys/fs/cgroup
$b mkdir /new/mnt/out /new/mnt/disk
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288 out /new/mnt/out
exec $b switch_root /new /mnt/out/run
`;
}
