import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { render } from '../chart/render.ts';
import { sharedApiServer } from '../support/api-server.ts';

const root = path.join(import.meta.dirname, '../..');
const pages = ['README.md', ...readdirSync(path.join(root, 'docs')).map((page) => `docs/${page}`)];

/** What a page shows of a resource, where the rest of it says nothing. */
const fragments = ['parameters', 'volumes', 'volumeMounts'];

/** APIs of external-snapshotter, whose definitions the API server of the tests lacks. */
const elsewhere = ['snapshot.storage.k8s.io/v1', 'groupsnapshot.storage.k8s.io/v1'];

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default('default') }),
});
type Manifest = z.infer<typeof manifestSchema>;

const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

interface Example {
  /** Page and line, such as `docs/quotas.md:8`. */
  readonly where: string;
  readonly content: Readonly<Record<string, unknown>>;
}

describe('docs: what is written in YAML', () => {
  const examples = pages.flatMap(examplesOf);
  const manifests = examples.filter(({ content }) => 'apiVersion' in content || 'kind' in content);
  const values = examples.filter((example) => !manifests.includes(example) && !isFragment(example));

  it('is taken by a real API server, with every field that it has', async function () {
    this.timeout(120_000);
    const admin = new ApiServer((await sharedApiServer()).credentials('admin'), 10_000);
    try {
      const answers = [];
      for (const example of manifests) answers.push([example.where, await applyDry(admin, example)] as const);
      expect(answers.filter(([, answer]) => answer !== undefined)).to.deep.equal([]);
      expect(manifests).to.have.length.above(20);
    } finally {
      admin.close();
    }
  });

  it('is taken by the chart where it is values', function () {
    this.timeout(120_000);
    for (const { where, content } of values) expect(() => render(content), where).not.to.throw();
    expect(values).to.have.length.above(5);
  });
});

function examplesOf(page: string): readonly Example[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  return [...text.matchAll(/^ *```yaml\n([^]*?)^ *```/gm)].flatMap(({ index, 1: block = '' }) =>
    parseAllDocuments(block, { uniqueKeys: true }).map((document) => {
      const where = `${page}:${text.slice(0, index).split('\n').length}`;
      if (document.errors.length > 0) throw new Error(`${where}: ${document.errors.join('; ')}`);
      return { where, content: z.record(z.string(), z.unknown()).parse(document.toJS()) };
    }),
  );
}

function isFragment({ content }: Example): boolean {
  return Object.keys(content).every((key) => fragments.includes(key));
}

/** What the server has against it; undefined when it would make it. */
async function applyDry(admin: ApiServer, { content }: Example): Promise<unknown> {
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success) return z.prettifyError(parsed.error);
  const manifest = parsed.data;
  if (elsewhere.includes(manifest.apiVersion)) return undefined;
  const place = await placeOf(admin, manifest);
  if (place === undefined) return `there is no kind ${manifest.kind} in ${manifest.apiVersion}`;
  const { status, body } = await admin.request({
    method: 'POST',
    path: `${place}?dryRun=All&fieldValidation=Strict`,
    body: content,
  });
  return status === 201 ? undefined : body;
}

/** The path of its kind, in a namespace that is made if it has to be. */
async function placeOf(admin: ApiServer, { apiVersion, kind, metadata }: Manifest): Promise<string | undefined> {
  const api = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const found = resourcesSchema.safeParse((await admin.request({ method: 'GET', path: api })).body);
  const resource = found.data?.resources.find((other) => other.kind === kind && !other.name.includes('/'));
  if (resource === undefined) return undefined;
  if (!resource.namespaced) return `${api}/${resource.name}`;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: metadata.namespace } };
  await admin.request({ method: 'POST', path: '/api/v1/namespaces', body: namespace });
  return `${api}/namespaces/${metadata.namespace}/${resource.name}`;
}
