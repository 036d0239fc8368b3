const LINES_SHOWN = 5;

/** Characters: an error goes where there is no room for much, such as the status of a gRPC call. */
const MOST_SHOWN = 2_000;

/** The last lines of what a tool said, as one; `secrets` that it gave away are blotted out. */
export function lastLines(said: string, secrets: readonly string[]): string {
  const told = hidden(secrets).reduce((text, secret) => text.replaceAll(secret, '***'), said);
  const lines = told
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-LINES_SHOWN)
    .join('; ');
  return lines.length > MOST_SHOWN ? `...${lines.slice(-MOST_SHOWN)}` : lines;
}

/** A line of a secret that has several gives it away as well. The longest first: one may be a part of another. */
function hidden(secrets: readonly string[]): readonly string[] {
  const texts = secrets.flatMap((secret) => [secret, ...secret.split('\n').map((line) => line.trim())]);
  const all = new Set(texts.filter((text) => text !== '').flatMap(spellings));
  return [...all].sort((a, b) => b.length - a.length);
}

/** As it is, and as programs print what they were given: quoted, in a URL, in base64. */
function spellings(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const quoted = JSON.stringify(text).slice(1, -1);
  return [text, quoted, encodeURIComponent(text.toWellFormed()), bytes.toString('base64'), bytes.toString('base64url')];
}
