import { groupId, isId, isTemplateId, memberSnapshotId, snapshotId, templateId, volumeId } from '../domain/ids.ts';

/**
 * Names become ids, and ids in the driver's messages become the names that this command was given. An id is taken in
 * a name's place too: other clients' volumes have names that nobody types.
 */
export class Ids {
  readonly #names = new Map<string, string>();

  volume(name: string): string {
    return this.#remember(isId(name) && name.startsWith('vol-') ? name : volumeId(name), name);
  }

  snapshot(name: string): string {
    return this.#remember(isId(name) && name.startsWith('snap-') ? name : snapshotId(name), name);
  }

  template(name: string): string {
    return this.#remember(isTemplateId(name) ? name : templateId(name), name);
  }

  group(name: string): string {
    return this.#remember(isId(name) && name.startsWith('group-') ? name : groupId(name), name);
  }

  /** Of the snapshot that a group snapshot has of a volume, `GROUP/VOLUME`: one for each slash, since names may have one. */
  members(name: string): readonly string[] {
    return [...name.matchAll(/\//g)].map(({ index }) => {
      const group = this.group(name.slice(0, index));
      return this.#remember(memberSnapshotId(group, this.volume(name.slice(index + 1))), name);
    });
  }

  /** The message with names for ids. Within a path an id stays: the path would lead nowhere with the name. */
  named(message: string): string {
    return [...this.#names].reduce(
      (text, [id, name]) => text.replaceAll(new RegExp(`(?<![\\w/.-])${id}(?![\\w/-])`, 'g'), () => name),
      message,
    );
  }

  #remember(id: string, name: string): string {
    this.#names.set(id, name);
    return id;
  }
}
