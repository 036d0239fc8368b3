/** For a deletion that is refused: by a delete lock, or for what `otherwise` is the advice. */
export function unlockAdvice(kind: 'volume' | 'snapshot' | 'template', name: string, otherwise: string) {
  return (details: string): string =>
    details.includes('has a delete lock') ? `tome ${kind} unlock ${name}` : otherwise;
}
