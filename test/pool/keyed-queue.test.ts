import { expect } from 'chai';
import { KeyedQueue } from '../../src/pool/keyed-queue.ts';
import { failureOf } from './open-test-pool.ts';

describe('KeyedQueue', () => {
  it('runs work for one key in order of arrival, one at a time', async () => {
    const queue = new KeyedQueue();
    const events: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const first = queue.run('a', undefined, async () => {
      events.push('first begins');
      await gate.promise;
      events.push('first ends');
    });
    const rest = ['second', 'third'].map((name) => queue.run('a', undefined, () => Promise.resolve(events.push(name))));
    await queue.run('b', undefined, () => Promise.resolve(events.push('other key')));
    gate.resolve(undefined);
    await Promise.all([first, ...rest]);
    expect(events).to.deep.equal(['first begins', 'other key', 'first ends', 'second', 'third']);
  });

  it('goes on after work that failed', async () => {
    const queue = new KeyedQueue();
    const failing = queue.run('a', undefined, () => Promise.reject(new Error('no')));
    const next = queue.run('a', undefined, () => Promise.resolve('yes'));
    expect((await failureOf(failing)).message).to.equal('no');
    expect(await next).to.equal('yes');
  });

  it('lets a waiter leave, and never runs its work', async () => {
    const queue = new KeyedQueue();
    const gate = Promise.withResolvers<undefined>();
    const holder = queue.run('a', undefined, () => gate.promise);
    const leaving = new AbortController();
    let ran = false;
    const waiter = queue.run('a', leaving.signal, () => Promise.resolve((ran = true)));
    const last = queue.run('a', undefined, () => Promise.resolve('last'));
    leaving.abort();
    expect((await failureOf(waiter)).reason).to.equal('Cancelled');
    gate.resolve(undefined);
    await holder;
    expect(await last).to.equal('last');
    expect(ran).to.equal(false);
    expect((await failureOf(queue.run('a', leaving.signal, () => Promise.resolve()))).reason).to.equal('Cancelled');
  });

  it('does not interrupt work that has begun', async () => {
    const queue = new KeyedQueue();
    const leaving = new AbortController();
    const work = queue.run('a', leaving.signal, () => {
      leaving.abort();
      return Promise.resolve('done');
    });
    expect(await work).to.equal('done');
  });

  it('takes several keys without a deadlock, whatever their order', async () => {
    const queue = new KeyedQueue();
    let inside = 0;
    const work = async () => {
      expect(++inside).to.equal(1);
      await Promise.resolve();
      inside--;
    };
    const orders = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? ['a', 'b', 'a'] : ['b', 'a']));
    await Promise.all(orders.map((keys) => queue.runAll(keys, undefined, work)));
  });

  it('is idle when all work has ended, also what came while it was waited for', async () => {
    const queue = new KeyedQueue();
    await queue.idle();
    const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const ended: string[] = [];
    const work = (name: string, gate: number) =>
      queue.run(name, undefined, async () => {
        await gates[gate]?.promise;
        ended.push(name);
      });
    const running = [work('a', 0), work('b', 1)];
    const idle = queue.idle().then(() => ended.push('idle'));
    running.push(work('a', 1));
    for (const gate of gates) gate.resolve(undefined);
    await Promise.all([...running, idle]);
    expect(ended.at(-1)).to.equal('idle');
    expect(ended).to.have.length(4);
  });
});
