import { once } from 'node:events';
import type { Tool } from '../host/start-tool.ts';

/**
 * Gives a tool all of a source, and waits for its end. A tool that has ended well before the source's end wants no more,
 * but all of that is read, since it may be counted. Throws what the source throws, and HostError when the tool fails; no
 * process is left then.
 */
export async function feedTool(source: AsyncIterable<Uint8Array>, tool: Tool): Promise<void> {
  const end: { failure?: unknown; isThere: boolean } = { isThere: false };
  const ended = tool.ended.then(
    () => {
      end.isThere = true;
    },
    (error: unknown) => {
      end.failure = error;
      end.isThere = true;
    },
  );
  // Said by `ended` in better words.
  tool.stdin.on('error', () => undefined);
  try {
    for await (const piece of source) {
      if (end.failure !== undefined) break;
      if (end.isThere || tool.stdin.write(piece)) continue;
      const drained = new AbortController();
      const writable = once(tool.stdin, 'drain', { signal: drained.signal }).catch(() => undefined);
      await Promise.race([writable, ended]);
      drained.abort();
    }
    tool.stdin.end();
  } catch (error) {
    tool.stop();
    await ended;
    throw error;
  }
  await tool.ended;
}

/** What a tool makes of a source. Throws as `feedTool`. */
export async function* throughTool(source: AsyncIterable<Uint8Array>, tool: Tool): AsyncGenerator<Uint8Array> {
  const feeding = feedTool(source, tool);
  // Waited for below.
  feeding.catch(() => undefined);
  try {
    for await (const piece of tool.stdout) yield piece as Buffer;
    await feeding;
  } finally {
    tool.stop();
  }
}

/** What a tool writes, and at its end the HostError when it has failed. */
export async function* outputOf(tool: Tool): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of tool.stdout) yield piece as Buffer;
    await tool.ended;
  } finally {
    tool.stop();
  }
}
