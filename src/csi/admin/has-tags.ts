type Tags = Readonly<Record<string, string>>;

/** Whether it has all the tags that are wanted; a wanted one with an empty value is one of any value. */
export function hasTags({ tags = {} }: { readonly tags?: Tags | undefined }, wanted: Tags): boolean {
  return Object.entries(wanted).every(([name, value]) => (value === '' ? name in tags : tags[name] === value));
}
