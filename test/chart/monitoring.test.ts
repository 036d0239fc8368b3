import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { chartDirectory } from './helm.ts';
import { ofKind, only, render } from './render.ts';

const dashboardSchema = z.looseObject({
  title: z.string(),
  panels: z.array(z.looseObject({ title: z.string() })).min(1),
});

describe('chart: monitoring', () => {
  it('is off unless asked for', () => {
    const kinds = render().map(({ kind }) => kind);
    expect(kinds).not.to.include.oneOf(['PodMonitor', 'ServiceMonitor', 'Service']);
    expect(ofKind(render(), 'ConfigMap')).to.have.length(2);
  });

  it('lets a PodMonitor scrape the pods of both components', () => {
    const manifests = render({
      metrics: { monitor: { enabled: true, labels: { release: 'prometheus' }, interval: '15s' } },
    });
    const monitor = only(manifests, 'PodMonitor');
    expect(monitor.metadata.labels).to.include({ release: 'prometheus' });
    expect(monitor)
      .to.have.nested.property('spec.podMetricsEndpoints[0]')
      .that.includes({ port: 'http', interval: '15s' });
    expect(JSON.stringify(monitor)).to.contain(
      '"sourceLabels":["__meta_kubernetes_pod_node_name"],"targetLabel":"node"',
    );
    expect(monitor)
      .to.have.nested.property('spec.selector.matchExpressions[0].values')
      .that.deep.equals(['controller', 'node']);
    expect(ofKind(manifests, 'Service')).to.be.empty;
  });

  it('gives a ServiceMonitor the Service it needs', () => {
    const monitor = { enabled: true, kind: 'ServiceMonitor', namespace: 'monitoring' };
    const manifests = render({ metrics: { monitor } });
    const service = only(manifests, 'Service');
    expect(service).to.have.nested.property('spec.clusterIP', 'None');
    expect(service.metadata.labels).to.include({ 'app.kubernetes.io/component': 'metrics' });
    const found = only(manifests, 'ServiceMonitor');
    expect(found.metadata.namespace).to.equal('monitoring');
    expect(found).to.have.nested.property('spec.namespaceSelector.matchNames[0]', 'tome-system');
    expect(found).to.have.nested.property('spec.endpoints[0].port', 'http');
    expect(found).to.have.nested.property('spec.selector.matchExpressions[0].values').that.deep.equals(['metrics']);
  });

  it('has a dashboard for Grafana', () => {
    const manifests = render({ metrics: { dashboard: { enabled: true, annotations: { folder: 'Storage' } } } });
    const { metadata, data } = only(manifests, 'ConfigMap', '-dashboard');
    expect(metadata.labels).to.include({ grafana_dashboard: '1' });
    expect(metadata.annotations).to.deep.equal({ folder: 'Storage' });
    const text = z.object({ 'tome-csi.json': z.string() }).parse(data)['tome-csi.json'];
    expect(dashboardSchema.parse(JSON.parse(text)).title).to.equal('tome-csi');
  });

  it('shows only metrics that the driver has', () => {
    const dashboard = readFileSync(path.join(chartDirectory, 'files/dashboard.json'), 'utf8');
    const directory = path.join(chartDirectory, '../../src/metrics');
    const sources = readdirSync(directory).map((file) => readFileSync(path.join(directory, file), 'utf8'));
    const shown = dashboard.match(/\b(tome|process|nodejs)_[a-z_]+/g) ?? [];
    expect(shown).to.have.length.greaterThan(10);
    for (const metric of new Set(shown.map((name) => name.replace(/_(bucket|count|sum)$/, '')))) {
      expect(sources.join(), metric).to.contain(`'${metric}'`);
    }
  });
});
