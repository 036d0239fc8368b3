import { expect } from 'chai';
import { fillIn, placeholderProblem } from '../../../src/filesystem/registered/fill-in.ts';

describe('placeholders in a hook', () => {
  it('are filled inside single words, whatever they are filled with', () => {
    const values = { device: '/dev/loop1', target: '/a b/$(id)', 'arg.level': "'; rm -rf /", size: '{device}' };
    const words = ['mount', '--from={device}', '{target}', '-o{arg.level},{size}', 'plain'];
    expect(fillIn(words, values)).to.deep.equal([
      'mount',
      '--from=/dev/loop1',
      '/a b/$(id)',
      "-o'; rm -rf /,{device}",
      'plain',
    ]);
  });

  it('take no pattern of replace() from a value', () => {
    expect(fillIn(['x', 'a{device}b'], { device: '$&$1$$' })).to.deep.equal(['x', 'a$&$1$$b']);
  });

  it('stand beside braces that are meant', () => {
    expect(fillIn(['x', '{{"source":"{source}"}'], { source: '/s' })).to.deep.equal(['x', '{"source":"/s"}']);
  });

  it('fail when nothing is known for them', () => {
    expect(() => fillIn(['x', '{device}'], {})).to.throw('{device}');
    expect(() => fillIn(['x', '{constructor}'], {})).to.throw('{constructor}');
  });

  it('are known before a hook is run, or it is refused', () => {
    const known = ['device', 'arg.level'];
    expect(placeholderProblem(['mkfs', '{device}', '{{', '-{arg.level}', '}'], known)).to.equal(undefined);
    expect(placeholderProblem(['mkfs', '{target}'], known))
      .to.contain('{target}')
      .and.contain('{device} {arg.level}');
    expect(placeholderProblem(['mkfs', '{arg.other}'], known)).to.contain('{arg.other}');
    expect(placeholderProblem(['mkfs', '{"a":1}'], known)).to.be.a('string');
    expect(placeholderProblem(['mkfs', 'a{'], known)).to.contain('a lone {');
    expect(placeholderProblem(['{device}'], known)).to.contain('program');
  });
});
