import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between a client and the API server, that fails on demand. */
export interface Link {
  readonly port: number;
  /** Every connection breaks, and new ones do too. */
  cut(): void;
  /** Connections stay and carry nothing, as when a cable is pulled. */
  silence(): void;
  /** The server gets what comes on the connections of now; they break before its answer comes back. */
  loseAnswers(): void;
  restore(): void;
  /** New connections are whole; those in silence stay so. */
  restoreNew(): void;
  close(): Promise<void>;
}

type State = 'whole' | 'cut' | 'silent';

export async function openLink(target: number): Promise<Link> {
  let state: State = 'whole';
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket; losesAnswers: boolean; isDead: boolean }>();
  const listener = createServer((client) => {
    const server = connect(target, '127.0.0.1');
    const pair = { client, server, losesAnswers: false, isDead: false };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    if (state === 'cut') end();
    client.on('data', (data) => state === 'whole' && !pair.isDead && server.write(data));
    server.on('data', (data) => {
      if (pair.losesAnswers) end();
      else if (state === 'whole' && !pair.isDead) client.write(data);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const breakAll = (): void => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    port: address.port,
    cut() {
      state = 'cut';
      breakAll();
    },
    silence() {
      state = 'silent';
    },
    loseAnswers() {
      for (const pair of pairs) pair.losesAnswers = true;
    },
    restore() {
      // What was lost in silence would be missing from the middle of the stream.
      if (state === 'silent') breakAll();
      state = 'whole';
    },
    restoreNew() {
      for (const pair of pairs) pair.isDead = true;
      state = 'whole';
    },
    async close() {
      breakAll();
      listener.close();
      await once(listener, 'close');
    },
  };
}
