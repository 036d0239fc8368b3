/**
 * A message of the driver in the words of the commands: to stage and to publish are steps of CSI, and both are what
 * `attach` does. What is to be done in a cluster is left out, since the hint says what is done here. Left as they are:
 * paths, what is quoted, since a volume may be called so, and names of calls and fields.
 */
export function inWordsOfCommands(message: string): string {
  return WORDS.reduce((text, [word, ours]) => text.replace(word, ours), message);
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ \(DeleteVolumeGroupSnapshot\)/g, ''],
  [/, or in a cluster: kubectl patch .*?'\)/g, ')'],
  [/ in the secret of NodeStageVolume: add it to the Secret .*? --secrets-file$/gm, ''],
  [alone('unpublish and unstage'), 'detach'],
  [alone('(?:unstage|unpublish)'), 'detach'],
  [alone('(?:unstaged|unpublished)'), 'detached'],
  [alone('(?:staged|published)'), 'attached'],
  [alone('(?:stage|publish)'), 'attach'],
];

function alone(words: string): RegExp {
  return new RegExp(`(?<![\\w"/.-])${words}(?![\\w"/-])`, 'g');
}
