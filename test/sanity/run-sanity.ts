import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { csiSanityBinary } from '../support/csi-sanity.ts';

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

const NO_COPIES = 'a directory is used as it is: it is neither copied nor made from anything';
const NO_SNAPSHOTS = 'there are no snapshots of a directory, so none to list, to get or to delete';

/** What makes no sense for a volume that has no image, and why. */
export const ofImages: Readonly<Record<string, string>> = {
  'should create volume from an existing source snapshot': NO_COPIES,
  'should create volume from an existing source volume': NO_COPIES,
  'should return snapshots that match the specified snapshot id': NO_SNAPSHOTS,
  'should return snapshots that match the specified source volume id': NO_SNAPSHOTS,
  'check the presence of new snapshots in the snapshot list': NO_SNAPSHOTS,
  'ListSnapshots [Controller Server] should return next token when a limited number': NO_SNAPSHOTS,
  'should succeed when requesting to create a snapshot with already existing name and same source': NO_SNAPSHOTS,
  'should fail when requesting to create a snapshot with already existing name and different source': NO_SNAPSHOTS,
  'should succeed when creating snapshot with maximum-length name': NO_SNAPSHOTS,
  'should succeed when creating a snapshot with accessibility requirements': NO_SNAPSHOTS,
  'DeleteSnapshot [Controller Server] should return appropriate values': NO_SNAPSHOTS,
  'GetSnapshot [Controller Server] should return snapshot that match the specified snapshot id': NO_SNAPSHOTS,
};

export type Spec = z.infer<typeof specSchema>;

export interface SanityOptions {
  /** Of the StorageClass, as a YAML file. */
  readonly parameters: string;
  readonly access?: 'mount' | 'block';
  /** Texts of specs that are left out. */
  readonly skip?: readonly string[];
}

/** Runs csi-sanity, with its files below `directory`, against the driver on the socket; returns what it says of each spec. */
export async function runSanity(
  directory: string,
  socket: string,
  { parameters, access = 'mount', skip = [] }: SanityOptions,
): Promise<readonly Spec[]> {
  const at = (name: string) => join(directory, name);
  await writeFile(at('mutable.yaml'), 'tag.team: blue\n');
  await writeFile(at('parameters.yaml'), parameters);
  await writeFile(at('secrets.yaml'), secrets());
  await run([
    `--csi.endpoint=unix://${socket}`,
    `--csi.mountdir=${at('mount')}`,
    `--csi.stagingdir=${at('staging')}`,
    `--csi.testvolumesize=${GiB / 2}`,
    `--csi.testvolumeexpandsize=${GiB}`,
    `--csi.testvolumeaccesstype=${access}`,
    `--csi.testvolumeparameters=${at('parameters.yaml')}`,
    `--csi.testvolumemutableparameters=${at('mutable.yaml')}`,
    `--csi.secrets=${at('secrets.yaml')}`,
    '--csi.testnodevolumeattachlimit',
    `--ginkgo.json-report=${at('report.json')}`,
    ...skip.map((text) => `--ginkgo.skip=${literally(text)}`),
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

/** Ginkgo takes a pattern. */
function literally(text: string): string {
  return text.replace(/[^\w ]/g, '\\$&');
}

function describeFault({ State, ContainerHierarchyTexts, LeafNodeText, Failure }: Spec): string {
  return [State, ...(ContainerHierarchyTexts ?? []), LeafNodeText, Failure?.Message.slice(0, 2000) ?? ''].join(' / ');
}

/** Fails unless each text is of the one spec that was left out, so that none is left out unseen, and the others passed. */
export function expectAllPassed(specs: readonly Spec[], skipped: Readonly<Record<string, string>> = {}): void {
  const left = specs.filter(({ State }) => State === 'skipped' && Object.keys(skipped).length > 0);
  const faults = specs.filter(
    (spec) => spec.State !== 'passed' && !left.includes(spec) && !spec.LeafNodeText.startsWith(PENDING),
  );
  expect(faults.map(describeFault)).to.deep.equal([]);
  expect(left.map(describeFault)).to.have.length(Object.keys(skipped).length);
  expect(specs.length - left.length).to.be.greaterThan(80);
}
