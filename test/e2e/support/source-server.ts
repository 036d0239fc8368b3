import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './exec.ts';
import { configMaps, pods } from './kinds.ts';
import { create } from './objects.ts';
import { settings } from './settings.ts';
import type { Space } from './space.ts';

const PROGRAM = 'source-server.ts';
const PORT = 8080;

/** What pods of the cluster import from. */
export interface SourceServer {
  /** With the address of its pod, since nobody may be there to tell a Service's. */
  readonly origin: string;
  /** A shell command where its files are. */
  readonly run: (command: string) => Promise<string>;
  /** Sends the rest of a file that is asked for below /held/, from now on. */
  readonly release: (file: string) => Promise<void>;
  readonly hold: (file: string) => Promise<void>;
}

/** Starts one in a namespace of the tests, with which it goes; on that node, where one is named. */
export async function startSourceServer(space: Space, { node }: { node?: string } = {}): Promise<SourceServer> {
  const name = 'sources';
  const program = readFileSync(path.join(import.meta.dirname, '../fixtures', PROGRAM), 'utf8');
  await create(configMaps, { metadata: { name, namespace: space.name }, data: { [PROGRAM]: program } });
  await create(pods, {
    metadata: { name, namespace: space.name },
    spec: {
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 1,
      restartPolicy: 'Never',
      ...(node !== undefined && { nodeSelector: { 'kubernetes.io/hostname': node } }),
      securityContext: { fsGroup: 65_532 },
      containers: [
        {
          name: 'main',
          image: settings.image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', `/program/${PROGRAM}`],
          readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
          volumeMounts: [
            { name: 'program', mountPath: '/program' },
            { name: 'files', mountPath: '/srv' },
          ],
        },
      ],
      volumes: [
        { name: 'program', configMap: { name } },
        { name: 'files', emptyDir: {} },
      ],
    },
  });
  const { status } = await space.running(space.of(pods, name), 180_000);
  const inside = (command: string) => run(space.container(name), `cd /srv && ${command}`);
  return {
    origin: `http://${status?.podIP ?? ''}:${PORT}`,
    run: inside,
    release: async (file) => {
      await inside(`touch go/${file}`);
    },
    hold: async (file) => {
      await inside(`rm -f go/${file}`);
    },
  };
}
