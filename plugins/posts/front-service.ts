import { type Context, type Entry, loadPermalinks, type Reply, type Site, type View } from 'galley';
import { showEntry } from './front.ts';

/** Pages of entries for other plugins: a comment form that comes back with its mistakes stands on one. */
export class Front {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The path of an entry. */
  async urlOf(entry: Entry): Promise<string> {
    return (await loadPermalinks(this.#site)).entry(entry);
  }

  /** The page of an entry, with something added to its view. */
  async showEntry(context: Context, entry: Entry, extra: Partial<View> = {}): Promise<Reply> {
    return showEntry(context, await loadPermalinks(this.#site), entry, 1, extra);
  }
}
