import { once, EventEmitter } from 'node:events';
import { expect } from 'chai';
import { VolumeError, type Reason } from '../../../src/domain/errors.ts';
import type { ServiceClient } from '../../../src/csi/server/client.ts';
import type { Call } from '../../../src/csi/server/unary.ts';
import { statusCodes } from '../../../src/csi/server/status-codes.ts';
import { adminService } from '../../support/admin-service.ts';
import { refusalOf } from '../../support/refusal.ts';
import { serveForTest, type Served } from '../../support/serve-for-test.ts';

type Behaviour = (request: { pool: string }, call: Call) => Promise<object>;

describe('unary', () => {
  let served: Served;
  let admin: ServiceClient<'tome.v1.Admin'>;
  let behave: Behaviour;

  before(async () => {
    const service = adminService({
      listVolumes: (request, call) => behave(request, call),
      listPools: () => Promise.resolve({ pools: [{ capacityBytes: '9007199254740993' }] }),
    });
    served = await serveForTest([service]);
    admin = served.connection.service('tome.v1.Admin');
  });
  after(() => served.stop());

  it('gives the handler every field and the client the answer, 64-bit integers exact', async () => {
    behave = (request) => Promise.resolve({ volumes: [{ name: JSON.stringify(request) }] });
    const { volumes } = await admin.listVolumes({ pool: 'data' });
    expect(JSON.parse(volumes[0]?.name ?? '')).to.deep.equal({ pool: 'data', volumeId: '', tags: {} });
    expect((await admin.listPools({})).pools[0]?.capacityBytes).to.equal('9007199254740993');
  });

  for (const [reason, code] of Object.entries(statusCodes)) {
    it(`answers ${reason} as code ${code} with its message`, async () => {
      behave = () => Promise.reject(new VolumeError(reason as Reason, 'do this instead'));
      const outcome = await admin.listVolumes({}).catch((error: unknown) => error);
      expect(outcome).to.include({ code, details: 'do this instead' });
    });
  }

  it('answers anything else as INTERNAL with its message, logged once with its stack', async () => {
    behave = () => Promise.reject(new TypeError('cannot read x'));
    const before = served.lines.length;
    expect(await refusalOf(admin.listVolumes({}))).to.deep.equal({ code: 'INTERNAL', message: 'cannot read x' });
    const [line, ...others] = served.lines.slice(before);
    expect(others).to.deep.equal([]);
    expect(line).to.include({ level: 50, msg: 'rpc', method: 'ListVolumes', code: 'INTERNAL', error: 'cannot read x' });
    expect(line?.['stack']).to.contain('unary.test.ts');
  });

  it('answers a handler that throws at once, or throws no error, as INTERNAL too', async () => {
    behave = () => {
      throw new Error('at once');
    };
    expect(await refusalOf(admin.listVolumes({}))).to.deep.equal({ code: 'INTERNAL', message: 'at once' });
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a careless library may do
    behave = () => Promise.reject('just text');
    expect(await refusalOf(admin.listVolumes({}))).to.deep.equal({ code: 'INTERNAL', message: 'just text' });
  });

  it('aborts the signal when the client cancels', async () => {
    const events = new EventEmitter();
    behave = async (_request, { signal }) => {
      events.emit('started');
      await once(signal, 'abort');
      events.emit('aborted', signal.reason);
      signal.throwIfAborted();
      return {};
    };
    const caller = new AbortController();
    const started = once(events, 'started');
    const aborted = once(events, 'aborted');
    const refusal = refusalOf(admin.listVolumes({}, { signal: caller.signal }));
    await started;
    caller.abort();
    expect((await refusal).code).to.equal('CANCELLED');
    expect((await aborted)[0])
      .to.be.instanceOf(VolumeError)
      .and.include({ reason: 'Cancelled' });
  });

  it('aborts the signal when the deadline passes', async () => {
    const events = new EventEmitter();
    behave = async (_request, { signal }) => {
      await once(signal, 'abort');
      events.emit('aborted', signal.reason);
      throw new Error('too late for anybody');
    };
    const aborted = once(events, 'aborted');
    expect((await refusalOf(admin.listVolumes({}, { timeout: 50 }))).code).to.equal('DEADLINE_EXCEEDED');
    const reason = (await aborted)[0] as VolumeError;
    expect(reason.reason).to.be.oneOf(['DeadlineExceeded', 'Cancelled']);
  });

  it('serves many calls at once', async () => {
    let inFlight = 0;
    let most = 0;
    const all = new EventEmitter().setMaxListeners(0);
    behave = async () => {
      most = Math.max(most, ++inFlight);
      if (inFlight === 200) all.emit('here');
      else await once(all, 'here');
      return {};
    };
    await Promise.all(Array.from({ length: 200 }, () => admin.listVolumes({})));
    expect(most).to.equal(200);
  });
});
