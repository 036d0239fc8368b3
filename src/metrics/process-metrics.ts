import { readdir } from 'node:fs/promises';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What every process has, under the names that dashboards know. Returns how to read it anew. */
export function processMetrics(registry: Registry): () => Promise<void> {
  const registers = [registry];
  const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'Processor time used.', registers });
  const resident = new Gauge({ name: 'process_resident_memory_bytes', help: 'Memory in RAM.', registers });
  const heap = new Gauge({ name: 'nodejs_heap_size_used_bytes', help: 'JavaScript heap in use.', registers });
  const files = new Gauge({ name: 'process_open_fds', help: 'File descriptors that are open.', registers });
  new Gauge({ name: 'process_start_time_seconds', help: 'When the process started, since the epoch.', registers }).set(
    Math.round(performance.timeOrigin / 1000),
  );

  let seconds = 0;
  return async () => {
    const { user, system } = process.cpuUsage();
    const now = (user + system) / 1e6;
    cpu.inc(now - seconds);
    seconds = now;
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heap.set(memory.heapUsed);
    // One of them is the directory itself.
    files.set((await readdir('/proc/self/fd')).length - 1);
  };
}
