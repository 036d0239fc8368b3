import { Histogram, type Registry } from 'prom-client';
import type { ObserveRpc } from '../csi/server/unary.ts';

/** Seconds: from a question that memory answers to a copy that takes a minute. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Counts calls and how long they take; of the requests themselves nothing becomes a label. */
export function rpcObserver(registry: Registry): ObserveRpc {
  const durations = new Histogram({
    name: 'tome_csi_rpc_duration_seconds',
    help: 'How long gRPC calls took that this process answered.',
    labelNames: ['service', 'method', 'code'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return ({ service, method, code, seconds }) => {
    durations.observe({ service, method, code }, seconds);
  };
}
