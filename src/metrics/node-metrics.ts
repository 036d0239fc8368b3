import type { Metrics } from './metrics.ts';

export interface NodeParts {
  /** Towards the kubelet. */
  readonly front: { readonly problem: string | undefined };
  /** Towards the API server. */
  readonly keeper: { readonly isWorking: boolean; readonly depth: number };
}

/** What a node's driver is to the kubelet, and what its agent does. */
export function addNodeMetrics(metrics: Metrics, { front, keeper }: NodeParts): void {
  const registered = metrics.gauge({
    name: 'tome_kubelet_registered',
    help: '1 while the kubelet has the driver registered.',
  });
  metrics.onScrape(() => {
    registered.set(front.problem === undefined ? 1 : 0);
    return Promise.resolve();
  });
  addAgentMetrics(metrics, keeper);
}

/** What the agent does. */
export function addAgentMetrics(metrics: Metrics, agent: NodeParts['keeper']): void {
  const working = metrics.gauge({
    name: 'tome_agent_working',
    help: '1 once the agent has begun: it has reached the catalog.',
  });
  const depth = metrics.gauge({ name: 'tome_agent_queue_depth', help: 'Resources the agent is working on.' });
  metrics.onScrape(() => {
    working.set(agent.isWorking ? 1 : 0);
    depth.set(agent.depth);
    return Promise.resolve();
  });
}
