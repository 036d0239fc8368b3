/** A source as people may see it: behind the question mark may be a signature that opens the door. */
export function shownSource(source: string): string {
  return source.replace(/\?[^#]*/g, '');
}

/** What a program has said, with the URLs in it as people may see them. */
export function shownText(text: string): string {
  return text.replace(/(:\/\/[^\s?'"]*)\?[^\s#'"]*/g, '$1');
}
