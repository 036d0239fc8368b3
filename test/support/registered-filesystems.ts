import type * as z from 'zod';
import type { registrationSchema } from '../../src/filesystem/registered/registration.ts';
import { rcloneBinary } from './object-store-tools.ts';

export type RegistrationInput = z.input<typeof registrationSchema>;

/** `-extpass printenv -extpass GOCRYPTFS_KEY`: it runs `printenv GOCRYPTFS_KEY`, so that the key is in no argument. */
const KEY = ['-extpass', 'printenv', '-extpass', 'GOCRYPTFS_KEY'];

/** As docs/custom-filesystems.md has it. */
export const gocryptfs: RegistrationInput = {
  name: 'gocryptfs',
  kind: 'directory',
  stores: 'pool',
  environment: { GOCRYPTFS_KEY: { secret: 'key' } },
  hooks: {
    format: { command: ['gocryptfs', '-init', '-q', ...KEY, '{source}'] },
    mount: { command: ['gocryptfs', '-q', '-allow_other', ...KEY, '{source}', '{target}'] },
  },
};

/** The volume's directory in the pool as it is: nothing runs but for a moment, so that much can be tried with it. */
export const plain: RegistrationInput = {
  name: 'plain',
  kind: 'directory',
  hooks: {
    format: { command: ['touch', '{source}/formatted'] },
    fscheck: { command: ['test', '-e', '{source}/formatted'] },
    mount: { command: ['mount', '--bind', '{source}', '{target}'] },
    unmount: { command: ['umount', '{target}'] },
    delete: { command: ['test', '-d', '{source}'] },
  },
};

/** As docs/custom-filesystems.md has it, but for where things are. */
export function rclone(places: { endpoint: string; credentials: string; cache: string }): RegistrationInput {
  return {
    name: 'objects',
    kind: 'directory',
    stores: 'elsewhere',
    sharing: 'many',
    environment: {
      RCLONE_CONFIG: { value: '/dev/null' },
      RCLONE_RETRIES: { value: '1' },
      RCLONE_LOW_LEVEL_RETRIES: { value: '2' },
      RCLONE_CONFIG_S3_TYPE: { value: 's3' },
      RCLONE_CONFIG_S3_PROVIDER: { value: 'Other' },
      RCLONE_CONFIG_S3_ENDPOINT: { value: places.endpoint },
      RCLONE_CONFIG_S3_DIRECTORY_MARKERS: { value: 'true' },
      RCLONE_CONFIG_S3_ACCESS_KEY_ID: { file: `${places.credentials}/access-key` },
      RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: { file: `${places.credentials}/secret-key` },
    },
    hooks: {
      format: { command: [rcloneBinary, 'mkdir', 's3:volumes/{volume}'] },
      mount: {
        command: [
          rcloneBinary,
          'mount',
          '--daemon',
          '--allow-other',
          '--vfs-cache-mode=writes',
          '--vfs-write-back=1s',
          `--cache-dir=${places.cache}/{volume}`,
          's3:volumes/{volume}',
          '{target}',
        ],
        timeoutSeconds: 90,
      },
      unmount: { command: ['umount', '{target}'], timeoutSeconds: 300 },
      // 3: there is nothing.
      delete: {
        command: ['sh', '-c', '"$0" purge "$1" || test $? -eq 3', rcloneBinary, 's3:volumes/{volume}'],
        timeoutSeconds: 3600,
      },
    },
  };
}
