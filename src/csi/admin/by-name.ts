const collator = new Intl.Collator('en', { numeric: true });

/** For `sort`: as people sort names, with numbers in them by their value. */
export function byName(a: { readonly name?: string }, b: { readonly name?: string }): number {
  return collator.compare(a.name ?? '', b.name ?? '');
}
