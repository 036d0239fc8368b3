/** On a claim in the driver's namespace: the claim that gets its volume in the end, `namespace/name`. */
export const MADE_FOR = 'tome.storage/made-for';

/** On the same: the template that its volume is a clone of. */
export const CLONE_OF = 'tome.storage/clone-of';

const PRIME = /^(?:import|clone)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The name of the claim that is made for one with this uid, whose volume is filled or cloned first. */
export function primeName(how: 'import' | 'clone', uid: string): string {
  return `${how}-${uid}`;
}

/** The uid of the claim that one of this name was made for; undefined when it is no such name. */
export function uidInPrime(name: string): string | undefined {
  return PRIME.exec(name)?.[1];
}
