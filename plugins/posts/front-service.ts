import {
  type Context,
  type Entry,
  loadPermalinks,
  type NumberedPage,
  type Reply,
  type Site,
  type View,
  type ViewPagination,
} from 'galley';
import { showEntry } from './front.ts';
import { paginate } from './pagination.ts';
import { unlockedIds } from './password.ts';

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

  /** Whether the visitor may read the entry without a password, or has given the right one. */
  isUnlocked(context: Context, entry: Entry): boolean {
    return entry.password === '' || unlockedIds(context, entry).includes(entry.id);
  }

  /** Links through the pages of a list: first, last, those around the current one, and gaps between. */
  paginate(addressOf: (page: number) => string, list: Pick<NumberedPage, 'page' | 'pages' | 'total'>): ViewPagination {
    return paginate(addressOf, list);
  }
}
