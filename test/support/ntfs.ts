import type * as z from 'zod';
import type { registrationSchema } from '../../src/filesystem/registered/registration.ts';

/** As an operator writes it. */
export type Registered = z.input<typeof registrationSchema>;

/** NTFS by ntfs-3g and its tools: the example of docs/custom-filesystems.md. */
export const ntfs: Registered = {
  name: 'ntfs',
  kind: 'image',
  minimumSize: 2 * 1024 * 1024,
  arguments: { label: { pattern: '[A-Za-z0-9_-]{1,32}', default: 'tome' } },
  mountFlags: ['noatime', 'relatime', 'big_writes'],
  hooks: {
    format: {
      command: [
        'mkntfs',
        '--quick',
        '--force',
        '--quiet',
        '--sector-size',
        '4096',
        '--label',
        '{arg.label}',
        '{device}',
      ],
    },
    fscheck: { command: ['ntfsresize', '--info', '--force', '--no-progress-bar', '{device}'], timeoutSeconds: 600 },
    mount: { command: ['ntfs-3g', '-o', '{options}', '{device}', '{target}'] },
    grow: {
      command: ['ntfsresize', '--force', '--force', '--no-progress-bar', '{device}'],
      timeoutSeconds: 600,
      mounted: false,
    },
  },
};

/** The same in a cluster, with the programs in an image. */
export function ntfsInPods(image: string): object {
  const mountPod = { command: ['ntfs-3g', '-o', 'no_detach,{options}', '{device}', '{target}'] };
  return { ...ntfs, image, hooks: { ...ntfs.hooks, mountPod } };
}
