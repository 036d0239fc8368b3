import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import * as z from 'zod';
import { registrationSchema } from '../../../src/filesystem/registered/registration.ts';
import { ntfs, ntfsInPods } from '../../support/ntfs.ts';
import { rcloneBinary } from '../../support/object-store-tools.ts';
import { gocryptfs, rclone } from '../../support/registered-filesystems.ts';

const document = join(import.meta.dirname, '../../../docs/custom-filesystems.md');

describe('docs/custom-filesystems.md', () => {
  it('has the registration that is tested', async () => {
    const [, first = ''] = /```json\n([^]*?)```/.exec(await readFile(document, 'utf8')) ?? [];
    expect(JSON.parse(first)).to.deep.equal({ filesystems: [ntfs] });
  });

  it('has it for a cluster, where its programs are in an image', async () => {
    const [inCluster] = await registrationsInYaml('ntfs');
    expect(inCluster).to.deep.equal(ntfsInPods('registry.example.net/ntfs-tome:1'));
    expect(() => registrationSchema.parse(inCluster)).not.to.throw();
  });

  it('has the other registrations that are tested, as values of the chart', async () => {
    const [vault, objects] = [await registrationsInYaml('gocryptfs'), await registrationsInYaml('objects')];
    expect(vault[0]).to.deep.equal(gocryptfs);
    const places = { endpoint: 'https://s3.example.net', credentials: '/etc/tome/s3', cache: '/var/cache/rclone' };
    const tested = JSON.stringify(rclone(places)).replaceAll(rcloneBinary, 'rclone');
    expect(objects).to.deep.equal([JSON.parse(tested)]);
  });

  it('has that of gocryptfs as JSON too, and for a cluster, where it is mounted in the foreground', async () => {
    const [, second = ''] = [...(await readFile(document, 'utf8')).matchAll(/```json\n([^]*?)```/g)].map(
      ([, block]) => block,
    );
    expect(JSON.parse(second)).to.deep.equal({ filesystems: [gocryptfs] });
    const [program = '', ...words] = gocryptfs.hooks.mount?.command ?? [];
    const mountPod = { command: [program, '-fg', ...words] };
    const [, inCluster] = await registrationsInYaml('gocryptfs');
    expect(inCluster).to.deep.equal({
      ...gocryptfs,
      image: 'registry.example.net/gocryptfs-tome:1',
      hooks: { ...gocryptfs.hooks, mountPod },
    });
    expect(() => registrationSchema.parse(inCluster)).not.to.throw();
  });

  it('has one for JuiceFS that can be registered', async () => {
    const [juicefs] = await registrationsInYaml('juicefs');
    expect(registrationSchema.parse(juicefs)).to.include({ kind: 'directory', stores: 'elsewhere', sharing: 'many' });
  });
});

const valuesSchema = z.looseObject({ filesystems: z.array(z.looseObject({ name: z.string() })).optional() });

async function registrationsInYaml(name: string): Promise<readonly unknown[]> {
  const blocks = (await readFile(document, 'utf8')).matchAll(/```yaml\n([^]*?)```/g);
  const values = [...blocks].map(([, block = '']) => valuesSchema.parse(parse(block)));
  return values.flatMap(({ filesystems = [] }) => filesystems.filter((one) => one.name === name));
}
