/**
 * The layers of docs/design.md. Each may import itself and what is listed; every one may import domain.
 */
const layers = {
  'src/domain': [],
  'src/host': [],
  'src/filesystem': ['src/host'],
  'src/pool': ['src/filesystem', 'src/host'],
  'src/directory': ['src/host'],
  'src/import': ['src/host'],
  'src/managed': ['src/directory', 'src/host'],
  'src/catalog': [],
  'src/schedule': [],
  'src/agent': ['src/catalog', 'src/managed', 'src/directory', 'src/pool', 'src/filesystem', 'src/host'],
  'src/mount-pods': ['src/catalog/kubernetes', 'src/filesystem', 'src/host'],
  'src/populator': ['src/catalog'],
  'src/template-controller': ['src/catalog', 'src/csi/controller', 'src/csi/server'],
  'src/csi/gen': [],
  'src/csi/server': ['src/csi/gen'],
  'src/csi/identity': ['src/csi/server', 'src/csi/gen'],
  'src/csi/controller': ['src/catalog', 'src/csi/server', 'src/csi/gen'],
  'src/csi/group-controller': ['src/catalog', 'src/csi/controller', 'src/csi/server', 'src/csi/gen'],
  'src/scheduler': ['src/schedule', 'src/catalog', 'src/csi/controller', 'src/csi/group-controller', 'src/csi/server'],
  'src/schedule-controller': ['src/schedule', 'src/catalog'],
  'src/csi/schedules': ['src/scheduler', 'src/schedule', 'src/catalog', 'src/csi/server', 'src/csi/gen'],
  'src/csi/node': [
    'src/managed',
    'src/directory',
    'src/pool',
    'src/filesystem',
    'src/host',
    'src/csi/server',
    'src/csi/gen',
  ],
  'src/csi/registration': ['src/csi/server', 'src/csi/gen'],
  'src/csi/admin': [
    'src/catalog',
    'src/csi/controller',
    'src/managed',
    'src/directory',
    'src/pool',
    'src/csi/server',
    'src/csi/gen',
  ],
  'src/cli': ['src/import', 'src/csi/server', 'src/csi/gen'],
  'src/metrics': ['src/csi/identity', 'src/csi/server', 'src/managed', 'src/directory', 'src/pool', 'src/host'],
  'src/app': [
    'src/cli',
    'src/import',
    'src/csi',
    'src/schedule',
    'src/scheduler',
    'src/schedule-controller',
    'src/template-controller',
    'src/metrics',
    'src/agent',
    'src/mount-pods',
    'src/populator',
    'src/catalog',
    'src/managed',
    'src/directory',
    'src/pool',
    'src/filesystem',
    'src/host',
  ],
};

/** Packages and modules that only one layer may know. */
const owners = {
  '@grpc/|protobufjs|google-protobuf': 'src/csi',
  'koffi|execa|child_process': 'src/host',
  'node:sqlite|sqlite': 'src/catalog/sqlite',
  '@kubernetes/': 'src/catalog/kubernetes',
  'prom-client': 'src/metrics',
  commander: 'src/(cli|app|main)',
  croner: 'src/schedule',
};

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `${layer.slice('src/'.length)}-imports-only-below`,
  severity: 'error',
  from: { path: `^${layer}/` },
  to: { path: '^src/', pathNot: `^(${[layer, 'src/domain', ...below].join('|')})/` },
}));

const ownerRules = Object.entries(owners).map(([modules, layer]) => ({
  name: `only-${layer.replace(/\W+/g, '-')}-knows-${modules.replace(/\W+/g, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^${layer}[/.]` },
  to: { path: `(^|node_modules/)(${modules})` },
}));

export default {
  forbidden: [
    ...layerRules,
    ...ownerRules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-file-is-in-a-layer',
      severity: 'error',
      from: { path: '^src/', pathNot: `^(src/main\\.ts|(${Object.keys(layers).join('|')})/)` },
      to: {},
    },
    { name: 'only-what-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'main-starts-app-or-cli',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(app|cli)/' },
    },
    {
      name: 'the-controller-loads-no-storage',
      severity: 'error',
      from: { path: '^src/app/run-controller\\.ts$' },
      to: { path: '(^|node_modules/)(koffi|sqlite|node:sqlite)|^src/(pool|agent|csi/node)/', reachable: true },
    },
    { name: 'nothing-imports-main', severity: 'error', from: {}, to: { path: '^src/main\\.ts$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count too: they tie layers together as much as code does.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
