const LINES_SHOWN = 5;

/** The last lines of what a tool said, as one; `secrets` that it gave away are blotted out. */
export function lastLines(said: string, secrets: readonly string[]): string {
  const told = hidden(secrets).reduce((text, secret) => text.replaceAll(secret, '***'), said);
  return told.trim().split('\n').slice(-LINES_SHOWN).join('; ');
}

/** A line of a secret that has several gives it away as well. The longest first: one may be a part of another. */
function hidden(secrets: readonly string[]): readonly string[] {
  const texts = secrets.flatMap((secret) => [secret, ...secret.split('\n').map((line) => line.trim())]);
  return [...new Set(texts)].filter((text) => text !== '').sort((a, b) => b.length - a.length);
}
