import { expect } from 'chai';
import { umount2 } from '../../src/host/libc.ts';
import { callLater } from '../../src/host/system-call.ts';

describe('system calls', () => {
  it('runs more at a time than the library queues, each with its own errno', async () => {
    const calls = Array.from({ length: 1000 }, (_, index) =>
      callLater(umount2, index % 2 === 0 ? '/nowhere' : '/etc/passwd/x', 8),
    );
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    expect(codes.every((code, index) => code === (index % 2 === 0 ? 'ENOENT' : 'ENOTDIR'))).to.equal(true);
  });
});
