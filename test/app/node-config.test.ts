import { expect } from 'chai';
import { nodeConfig } from '../../src/app/node-config.ts';
import { GiB } from '../../src/domain/sizes.ts';

const env = { NODE_NAME: 'worker-1' };
const pool = { name: 'default', path: '/mnt/pool' };

describe('nodeConfig', () => {
  const refusal = (options: object, given: NodeJS.ProcessEnv = env): string => {
    try {
      nodeConfig({ pools: [], ...options }, given);
      return 'taken';
    } catch (error) {
      return String(error);
    }
  };

  it('needs nothing but pools and the name of the node', () => {
    const config = nodeConfig({ pools: [pool] }, env);
    expect(config).to.deep.include({
      nodeName: 'worker-1',
      driverName: 'csi.tome.storage',
      kubeletDir: '/var/lib/kubelet',
      stateDir: '/var/lib/tome',
      socket: '/var/lib/kubelet/plugins/csi.tome.storage/csi.sock',
      registrationSocket: '/var/lib/kubelet/plugins_registry/csi.tome.storage-reg.sock',
      httpPort: 9808,
      poolLockWaitSeconds: 60,
      ephemeral: { enabled: true, maximumSize: 10 * GiB },
    });
    expect(config.pools.map(({ name, path }) => [name, path])).to.deep.equal([['default', '/mnt/pool']]);
    expect(nodeConfig({ pools: [], nodeName: 'other' }, env).nodeName).to.equal('other');
  });

  it('says of a file that cannot be read why not', () => {
    expect(refusal({ config: '/nowhere/node.json' }))
      .to.contain('/nowhere/node.json cannot be read')
      .and.contain('ENOENT');
    expect(refusal({ config: import.meta.filename })).to.match(/cannot be read as a JSON object: .*JSON/);
  });

  it('puts its sockets where the kubelet looks for them', () => {
    const { socket, registrationSocket } = nodeConfig({ pools: [], kubeletDir: '/k', driverName: 'tome.example' }, env);
    expect(socket).to.equal('/k/plugins/tome.example/csi.sock');
    expect(registrationSocket).to.equal('/k/plugins_registry/tome.example-reg.sock');
  });

  it('names what is wrong', () => {
    expect(refusal({}, {})).to.contain('nodeName is missing').and.to.contain('NODE_NAME');
    expect(refusal({ pools: [{ ...pool, size: '1Gi' }] }))
      .to.contain('"size"')
      .and.to.contain('pools[0]');
    expect(refusal({ pools: [{ ...pool, reserve: 'much' }] }))
      .to.contain('pools[0].reserve')
      .and.to.contain('10Gi');
    expect(refusal({ ephemeral: { enable: true } }))
      .to.contain('"enable"')
      .and.to.contain('ephemeral');
    expect(refusal({ httpPort: 70_000 })).to.contain('httpPort');
    expect(refusal({ pools: undefined })).to.contain('pools');
  });

  describe('of a cluster with unequal nodes', () => {
    const pools = [
      { ...pool, path: '/everywhere' },
      { ...pool, path: '/large', nodeNames: ['large-*', 'worker-9'] },
      { name: 'bulk', path: '/bulk', nodeNames: ['worker-*'] },
    ];
    const pathsOf = (nodeName: string) => nodeConfig({ pools, nodeName }, {}).pools.map(({ path }) => path);

    it('gives each node its own pools, the one that names it first', () => {
      expect(pathsOf('worker-1')).to.deep.equal(['/everywhere', '/bulk']);
      expect(pathsOf('worker-9')).to.deep.equal(['/large', '/bulk']);
      expect(pathsOf('large-a.b')).to.deep.equal(['/large']);
      expect(pathsOf('xlarge-a')).to.deep.equal(['/everywhere']);
      expect(nodeConfig({ pools, nodeName: 'xlarge-a' }, {}).poolNames).to.deep.equal(['default', 'bulk']);
    });

    it('takes a dot for a dot', () => {
      const named = [{ ...pool, nodeNames: ['a.b'] }];
      expect(nodeConfig({ pools: named, nodeName: 'a.b' }, {}).pools).to.have.length(1);
      expect(nodeConfig({ pools: named, nodeName: 'axb' }, {}).pools).to.have.length(0);
    });

    it('refuses two pools of one name on one node', () => {
      expect(refusal({ pools: [pool, { ...pool, path: '/b' }] })).to.contain('several entries of the name default');
      const named = [pool, { ...pool, nodeNames: ['worker-1'] }, { ...pool, nodeNames: ['worker-*'] }];
      expect(refusal({ pools: named })).to.contain('match worker-1');
      expect(refusal({ pools: named }, { NODE_NAME: 'other' })).to.equal('taken');
    });
  });

  it('has the managed roots that are for this node, each once', () => {
    const roots = (managedRoots: object[]) => nodeConfig({ pools: [], managedRoots } as never, env).managedRoots;
    expect(nodeConfig({ pools: [] }, env).managedRoots).to.deep.equal([]);
    expect(
      roots([
        { path: '/srv/data' },
        { path: '/srv/data', shared: true, nodeNames: ['worker-*'] },
        { path: '/net', nodeNames: ['other'] },
      ]),
    ).to.deep.equal([{ path: '/srv/data', shared: true }]);
    const wrong: readonly [object[], string][] = [
      [[{ path: '/srv' }, { path: '/srv' }], 'managedRoots: several entries of the path /srv are for every node'],
      [[{ path: 'srv' }], 'is not absolute'],
      [[{ path: '/' }], 'has an empty component'],
      [[{ path: '/srv/' }], 'has an empty component'],
      [[{ path: '/srv/../etc' }], 'has the component ".."'],
      [[{ path: '/srv', sharde: true }], 'sharde'],
    ];
    for (const [managedRoots, message] of wrong) {
      expect(refusal({ managedRoots }), JSON.stringify(managedRoots)).to.contain(message);
    }
  });

  it('keeps the names of the places of managed volumes for them', () => {
    expect(refusal({ pools: [{ ...pool, name: 'managed' }] })).to.contain('choose another name');
    expect(refusal({ managedRoots: [{ path: '/srv' }], nodeName: 'shared' })).to.contain('cannot be called shared');
    const hooks = { mount: { command: ['true'] } };
    const objects = { name: 'objects', kind: 'directory', stores: 'elsewhere', sharing: 'many', hooks } as const;
    const pools = [{ name: 'objects', path: '/srv/objects' }];
    expect(refusal({ filesystems: [objects], pools, nodeName: 'shared' })).to.contain('give the pool another name');
    expect(nodeConfig({ filesystems: [objects], pools, nodeName: 'a' }, {}).pools).to.have.length(1);
    expect(
      nodeConfig({ filesystems: [{ ...objects, sharing: 'one' }], pools, nodeName: 'shared' }, {}).pools,
    ).to.have.length(1);
    expect(refusal({ nodeName: 'shared' })).to.equal('taken');
  });
});
