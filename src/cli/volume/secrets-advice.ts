/** What to do when a registered filesystem is not mounted for want of its secrets; undefined when that is not why. */
export function secretsAdvice(details: string, attach: string, isGiven: boolean): string | undefined {
  const [, key] = /needs the key (\S+) in the secret of NodeStageVolume/.exec(details) ?? [];
  if (key !== undefined) return `put a line ${key}=VALUE into a file, and give that: ${attach} --secrets-file FILE`;
  const isHook = /hook \S+ of filesystem/.test(details);
  return isGiven && isHook ? 'if it is the wrong key: give the right one, in another --secrets-file' : undefined;
}
