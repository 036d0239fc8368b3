import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import type { ApiServer } from '../../../src/catalog/kubernetes/api-server.ts';

const DIRECTORY = join(import.meta.dirname, '../../../charts/tome-csi/files/crds');
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const establishedSchema = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
});

/** Installs the CRDs that are checked in, and waits until they are served. */
export async function installCrds(admin: ApiServer): Promise<void> {
  const names: string[] = [];
  for (const file of await readdir(DIRECTORY)) {
    const body = z
      .looseObject({ metadata: z.looseObject({ name: z.string() }) })
      .parse(parse(await readFile(join(DIRECTORY, file), 'utf8')));
    const { status, body: said } = await admin.request({ method: 'POST', path: PATH, body });
    if (status !== 201) throw new Error(`${file} is refused: ${JSON.stringify(said)}`);
    names.push(body.metadata.name);
  }
  for (const name of names) await untilServed(admin, name);
}

/** Whether a server that has the CRDs serves their resources by now. */
export async function isServed(admin: ApiServer): Promise<boolean> {
  for (const file of await readdir(DIRECTORY)) {
    const plural = basename(file, '.yaml');
    const { status } = await admin.request({ method: 'GET', path: `/apis/tome.storage/v1alpha1/${plural}` });
    if (status !== 200) return false;
  }
  return true;
}

async function untilServed(admin: ApiServer, name: string): Promise<void> {
  for (;;) {
    const { body } = await admin.request({ method: 'GET', path: `${PATH}/${name}` });
    const conditions = establishedSchema.safeParse(body).data?.status.conditions ?? [];
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) break;
    await delay(50);
  }
  const [plural = '', ...group] = name.split('.');
  for (;;) {
    const { status } = await admin.request({ method: 'GET', path: `/apis/${group.join('.')}/v1alpha1/${plural}` });
    if (status === 200) return;
    await delay(50);
  }
}
