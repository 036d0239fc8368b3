import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { csiSanityBinary } from '../support/csi-sanity.ts';
import { ntfs } from '../support/ntfs.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

const GiB = 1024 ** 3;

const specSchema = z.object({
  State: z.string(),
  ContainerHierarchyTexts: z.array(z.string()).nullable(),
  LeafNodeText: z.string(),
  LeafNodeType: z.string(),
  Failure: z.object({ Message: z.string() }).optional(),
});
const reportSchema = z.array(z.object({ SpecReports: z.array(specSchema) }));

/** Upstream has it marked pending: it does not run for anybody. */
const PENDING = 'pagination should detect volumes added between pages';

for (const fsType of ['ext4', 'xfs', 'btrfs', 'ntfs', 'block']) {
  describe(`csi-sanity with ${fsType} volumes`, function () {
    this.timeout(300_000);
    let directory: TemporaryDirectory;
    let driver: TestDriver;

    beforeEach(async () => {
      directory = temporaryDirectory();
      driver = await startDriver(directory.path, { maxVolumesPerNode: 3, logLevel: 'silent', filesystems: [ntfs] });
    });

    afterEach(async () => {
      await driver.close();
      const left = await directory.leftovers();
      await directory.cleanUp();
      expect(left).to.deep.equal({ mounts: [], loops: [] });
    });

    it('passes every spec and skips none', async () => {
      const specs = await runSanity(directory.path, driver.socket, fsType);
      const faults = specs.filter(({ State, LeafNodeText }) => State !== 'passed' && !LeafNodeText.startsWith(PENDING));
      expect(faults.map(describeFault)).to.deep.equal([]);
      expect(specs.length).to.be.greaterThan(100);
    });
  });
}

type Spec = z.infer<typeof specSchema>;

async function runSanity(directory: string, socket: string, fsType: string): Promise<readonly Spec[]> {
  const at = (name: string) => join(directory, name);
  await writeFile(at('mutable.yaml'), 'tag.team: blue\n');
  await writeFile(at('parameters.yaml'), fsType === 'block' ? 'provisioning: thin\n' : `filesystem: ${fsType}\n`);
  await writeFile(at('secrets.yaml'), secrets());
  await run([
    `--csi.endpoint=unix://${socket}`,
    `--csi.mountdir=${at('mount')}`,
    `--csi.stagingdir=${at('staging')}`,
    `--csi.testvolumesize=${GiB / 2}`,
    `--csi.testvolumeexpandsize=${GiB}`,
    `--csi.testvolumeaccesstype=${fsType === 'block' ? 'block' : 'mount'}`,
    `--csi.testvolumeparameters=${at('parameters.yaml')}`,
    `--csi.testvolumemutableparameters=${at('mutable.yaml')}`,
    `--csi.secrets=${at('secrets.yaml')}`,
    '--csi.testnodevolumeattachlimit',
    `--ginkgo.json-report=${at('report.json')}`,
  ]);
  const [suite] = reportSchema.parse(JSON.parse(await readFile(at('report.json'), 'utf8')));
  return (suite?.SpecReports ?? []).filter(({ LeafNodeType }) => LeafNodeType === 'It');
}

/** The exit code says no more than the report does. */
function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(csiSanityBinary, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (error === null || typeof error.code === 'number') resolve();
      else reject(new Error(`csi-sanity did not run: ${error.message}\n${stdout}`));
    });
  });
}

/** One for each RPC that may carry secrets: its specs ask whether the driver takes them. */
function secrets(): string {
  const rpcs = [
    'CreateVolumeSecret',
    'DeleteVolumeSecret',
    'ControllerPublishVolumeSecret',
    'ControllerUnpublishVolumeSecret',
    'ControllerValidateVolumeCapabilitiesSecret',
    'NodeStageVolumeSecret',
    'NodePublishVolumeSecret',
    'CreateSnapshotSecret',
    'DeleteSnapshotSecret',
    'ControllerExpandVolumeSecret',
    'ListSnapshotsSecret',
  ];
  return rpcs.map((rpc) => `${rpc}:\n  key: value\n`).join('');
}

function describeFault({ State, ContainerHierarchyTexts, LeafNodeText, Failure }: Spec): string {
  return [State, ...(ContainerHierarchyTexts ?? []), LeafNodeText, Failure?.Message.slice(0, 2000) ?? ''].join(' / ');
}
