import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { chartDirectory, helm } from './helm.ts';
import { registrationSchema } from '../../src/filesystem/registered/registration.ts';
import { render, snapshotApis } from './render.ts';
import { everyOption } from './every-option.ts';

const refusals: Readonly<Record<string, { readonly values: object; readonly says: string }>> = {
  'a component that is misspelt': { values: { controler: {} }, says: "additional properties 'controler' not allowed" },
  'a setting that is misspelt': {
    values: { node: { tolerationz: [] } },
    says: "at '/node': additional properties 'tolerationz' not allowed",
  },
  'a sidecar setting that is misspelt': {
    values: { controller: { resizer: { resource: {} } } },
    says: "at '/controller/resizer': additional properties 'resource' not allowed",
  },
  'a field of a pool that is misspelt': {
    values: { pools: [{ name: 'a', path: '/mnt/a', overcomit: 2 }] },
    says: "at '/pools/0': additional properties 'overcomit' not allowed",
  },
  'a pool without a path': { values: { pools: [{ name: 'a' }] }, says: "at '/pools/0': missing property 'path'" },
  'a relative path': {
    values: { kubeletDir: 'var/lib/kubelet' },
    says: "at '/kubeletDir': 'var/lib/kubelet' does not match",
  },
  'a path that ends in a slash': { values: { stateDir: '/var/lib/tome/' }, says: "at '/stateDir'" },
  'a size that is none': {
    values: { pools: [{ name: 'a', path: '/mnt/a', reserve: '10 GB' }] },
    says: '/pools/0/reserve',
  },
  'a switch that is neither on, off nor auto': {
    values: { snapshots: { enabled: 'yes' } },
    says: "at '/snapshots/enabled': value must be one of 'auto', true, false",
  },
  'a StorageClass parameter that is no text': {
    values: { storageClasses: [{ name: 'a', parameters: { exclusive: true } }] },
    says: "at '/storageClasses/0/parameters/exclusive': got boolean, want string",
  },
  'a managed root that is no absolute path': {
    values: { managedRoots: [{ path: 'srv/data' }] },
    says: "at '/managedRoots/0/path': 'srv/data' does not match",
  },
  'a field of a managed root that is misspelt': {
    values: { managedRoots: [{ path: '/srv/data', share: true }] },
    says: "at '/managedRoots/0': additional properties 'share' not allowed",
  },
  'a filesystem without a mount hook': {
    values: { filesystems: [{ name: 'a', kind: 'directory', hooks: {} }] },
    says: "at '/filesystems/0/hooks': missing property 'mount'",
  },
  'a hook that is a line for a shell': {
    values: { filesystems: [{ name: 'a', kind: 'directory', hooks: { mount: { command: 'mount.a {target}' } } }] },
    says: "at '/filesystems/0/hooks/mount/command': got string, want array",
  },
  'a field that filesystems of another kind have': {
    values: { filesystems: [{ name: 'a', kind: 'image', stores: 'pool', hooks: { format: { command: ['mkfs.a'] } } }] },
    says: "at '/filesystems/0': additional properties 'stores' not allowed",
  },
  'a variable of two sources': {
    values: {
      filesystems: [
        {
          name: 'a',
          kind: 'directory',
          environment: { KEY: { value: 'a', secret: 'b' } },
          hooks: { mount: { command: ['mount.a'] } },
        },
      ],
    },
    says: '/filesystems/0/environment/KEY',
  },
  'a class of a filesystem that is not registered': {
    values: { storageClasses: [{ name: 'a', parameters: { filesystem: 'jucefs' } }] },
    says: 'no filesystem is called jucefs; there are ext4, xfs, btrfs',
  },
  'a class of managed volumes without roots': {
    values: { storageClasses: [{ name: 'a', parameters: { type: 'managed' } }] },
    says: 'a is for managed volumes, but managedRoots is empty',
  },
  'a kind of monitor that does not exist': {
    values: { metrics: { monitor: { kind: 'Monitor' } } },
    says: "value must be one of 'PodMonitor', 'ServiceMonitor'",
  },
};

interface Fields {
  readonly $ref?: string | undefined;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Fields>> | undefined;
}

const anyFieldsSchema: z.ZodType<Fields> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    const: z.unknown().optional(),
    properties: z.record(z.string(), anyFieldsSchema).optional(),
  }),
);
const fieldsSchema = z.object({ properties: z.record(z.string(), anyFieldsSchema).default({}) });

describe('chart: values', () => {
  it('pass helm lint, as they are and with every option on', () => {
    helm(['lint', '--strict', chartDirectory]);
    helm(['lint', '--strict', chartDirectory], everyOption);
  });

  for (const [what, { values, says }] of Object.entries(refusals)) {
    it(`refuse ${what}`, () => {
      expect(() => render(values)).to.throw(says);
    });
  }

  it('render with every option on, each object once', () => {
    const manifests = render(everyOption, { apiVersions: snapshotApis });
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(new Set(names).size).to.equal(names.length);
    expect(names.length).to.be.greaterThan(25);
  });

  it('can be those of a chart that includes this one', () => {
    expect(() => render({ global: { imageRegistry: 'x' } })).not.to.throw();
  });

  it('are all in values.yaml, so that all are in the table', () => {
    const schema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });
    const { properties } = schema.parse(
      JSON.parse(readFileSync(path.join(chartDirectory, 'values.schema.json'), 'utf8')),
    );
    const values: unknown = parse(readFileSync(path.join(chartDirectory, 'values.yaml'), 'utf8'));
    expect(values).to.have.all.keys(Object.keys(properties).filter((name) => name !== 'global'));
  });

  it('have the fields of a filesystem that the driver has', () => {
    const { $defs } = z
      .object({ $defs: z.record(z.string(), fieldsSchema) })
      .parse(JSON.parse(readFileSync(path.join(chartDirectory, 'values.schema.json'), 'utf8')));
    const { oneOf } = z
      .object({ oneOf: z.array(fieldsSchema) })
      .parse(z.toJSONSchema(registrationSchema, { io: 'input' }));
    expect(oneOf).to.have.length(2);
    for (const fields of oneOf) {
      const kind = String(fields.properties['kind']?.const);
      const ours = $defs[`${kind}Filesystem`];
      expect(ours?.properties, kind).to.have.all.keys(Object.keys(fields.properties));
      const hooks = fields.properties['hooks']?.properties ?? {};
      const ourHooks = ours?.properties['hooks']?.properties ?? {};
      expect(ourHooks, `hooks of ${kind}`).to.have.all.keys(Object.keys(hooks));
      for (const [name, hook] of Object.entries(hooks)) {
        const definition = $defs[ourHooks[name]?.$ref?.replace('#/$defs/', '') ?? ''];
        expect(definition?.properties, `${kind}: ${name}`).to.have.all.keys(Object.keys(hook.properties ?? {}));
      }
    }
  });
});
