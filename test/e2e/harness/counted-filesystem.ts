/**
 * A registered filesystem of which the tests can see what its hooks were told: the volume's directory in the pool has its files
 * in `data`, and in `size` the size that `format` and `grow` had. Each hook is a program of the image's busybox, which the
 * driver's own image has not. `{{` is a brace.
 */
export function countedFilesystem(image: string): object {
  return {
    name: 'counted',
    kind: 'directory',
    image,
    hooks: {
      format: shell('mkdir "$0/data" && echo "$1" > "$0/size"', '{source}', '{size}'),
      mount: { command: ['mount', '--bind', '{source}/data', '{target}'] },
      mountPod: shell(
        'mount -o bind "$0/data" "$1"; while grep -q " $1 " /proc/self/mountinfo; do sleep 0.2; done',
        '{source}',
        '{target}',
      ),
      unmount: { command: ['busybox', 'umount', '{target}'] },
      grow: shell('grep -q " $2 " /proc/self/mountinfo && echo "$1" > "$0/size"', '{source}', '{size}', '{target}'),
      // A volume of which half is in use, whatever is in it.
      stats: shell(
        'read -r n < "$0/size"; echo "{{\\"totalBytes\\": $n, \\"usedBytes\\": $((n / 2)), \\"availableBytes\\": $((n / 4))}"',
        '{source}',
      ),
      delete: shell(
        'if test -e "$0/data/keep"; then echo "there is a file that says keep" >&2; exit 1; fi',
        '{source}',
      ),
    },
  };
}

function shell(script: string, ...words: readonly string[]): object {
  return { command: ['busybox', 'sh', '-c', script, ...words] };
}
