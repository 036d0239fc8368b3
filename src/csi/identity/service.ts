import { implement, type Service } from '../server/implement.ts';
import type { IdentityDeps } from './deps.ts';
import { getPluginCapabilities } from './get-plugin-capabilities.ts';
import { getPluginInfo } from './get-plugin-info.ts';
import { probe } from './probe.ts';

export function identityService(deps: IdentityDeps): Service {
  return implement('csi.v1.Identity', {
    getPluginInfo: (request) => getPluginInfo(request, deps),
    getPluginCapabilities: (request) => getPluginCapabilities(request),
    probe: (request) => probe(request, deps),
  });
}
