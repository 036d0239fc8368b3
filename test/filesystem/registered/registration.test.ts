import { expect } from 'chai';
import * as z from 'zod';
import { registrationSchema } from '../../../src/filesystem/registered/registration.ts';

const image = { name: 'mine', kind: 'image', hooks: { format: { command: ['mkfs', '{device}', '{size}'] } } };
const directory = {
  name: 'bucket',
  kind: 'directory',
  hooks: { mount: { command: ['mount', '{source}', '{target}'] } },
};

/** What a person is told of a registration; undefined when it is good. */
function problemOf(registration: object): string | undefined {
  const parsed = registrationSchema.safeParse(registration);
  return parsed.success ? undefined : z.prettifyError(parsed.error);
}

describe('the registration of a filesystem', () => {
  it('needs little', () => {
    expect(registrationSchema.parse(image)).to.deep.include({ arguments: {}, environment: {}, mountFlags: [] });
    expect(registrationSchema.parse(directory)).to.deep.include({ stores: 'pool', sharing: 'one' });
    expect(registrationSchema.parse(image).hooks.format).to.deep.include({ timeoutSeconds: 60 });
  });

  it('may use in each hook what that has, and the arguments', () => {
    const full = {
      ...image,
      image: 'registry.example.net/mine:1',
      arguments: { level: { pattern: '[1-9]', default: '6' } },
      environment: { A: { value: 'b' }, C: { file: '/c' } },
      hooks: {
        format: { command: ['mkfs', '-{arg.level}', '{device}', '{size}'] },
        renew: { command: ['renew', '{device}'] },
        fscheck: { command: ['fsck', '{device}'] },
        mount: { command: ['mount', '-o{options},level={arg.level}', '{device}', '{target}'] },
        mountPod: { command: ['mount', '-f', '-o{options},level={arg.level}', '{device}', '{target}'] },
        unmount: { command: ['umount', '{target}'] },
        grow: { command: ['grow', '{device}', '{target}', '{size}'] },
      },
    };
    expect(problemOf(full)).to.equal(undefined);
  });

  for (const [what, registration, told] of [
    [
      'an unknown placeholder',
      { ...image, hooks: { format: { command: ['mkfs', '{disk}'] } } },
      ['{disk}', 'hooks.format'],
    ],
    [
      'one that another hook has',
      { ...image, hooks: { ...image.hooks, unmount: { command: ['umount', '{device}'] } } },
      ['{device}', '{target}', 'hooks.unmount'],
    ],
    [
      'a target where it is not mounted',
      { ...image, hooks: { ...image.hooks, grow: { command: ['grow', '{target}'], mounted: false } } },
      ['{target}', 'hooks.grow'],
    ],
    [
      'a source where nothing is stored in the pool',
      { ...directory, stores: 'elsewhere' },
      ['{source}', 'hooks.mount'],
    ],
    [
      'an argument that is not declared',
      { ...image, hooks: { format: { command: ['mkfs', '{arg.x}'] } } },
      ['{arg.x}'],
    ],
    ['a placeholder for the program', { ...image, hooks: { format: { command: ['{device}'] } } }, ['program']],
    [
      'a pattern that is none',
      { ...image, arguments: { x: { pattern: '(' } } },
      ['not a regular expression', 'arguments.x'],
    ],
    ['a mount flag that is no pattern', { ...image, mountFlags: ['ok', '['] }, ['mountFlags[1]']],
    ['a default that does not match', { ...image, arguments: { x: { pattern: '[0-9]', default: 'a' } } }, ['"a"']],
    [
      'a secret where there is none',
      { ...image, environment: { KEY: { secret: 'key' } } },
      ['value or file', 'environment.KEY'],
    ],
    [
      'the name of what nodes share of managed volumes',
      { ...directory, hooks: { mount: { command: ['mount'] } }, stores: 'elsewhere', sharing: 'many', name: 'managed' },
      ['name', 'choose another'],
    ],
    [
      'a mount for pods where no program mounts it',
      { ...image, hooks: { ...image.hooks, mountPod: { command: ['mount', '{device}', '{target}'] } } },
      ['hooks.mountPod', 'the kernel mounts it'],
    ],
    ['a name that is none', { ...image, name: 'Mine' }, ['lower-case']],
    ['an unknown field', { ...image, hook: {} }, ['hook']],
  ] as const) {
    it(`is refused with ${what}, saying where`, () => {
      const problem = problemOf(registration);
      for (const word of told) expect(problem).to.contain(word);
    });
  }
});
