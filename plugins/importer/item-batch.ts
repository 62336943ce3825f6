import { itemKey } from './item-import.ts';
import type { WxrItem } from './wxr-records.ts';

const ITEMS_MAX = 25;
/** Characters of content: a transaction stays short also where texts are long. */
const CONTENT_MAX = 200_000;

const sizeOf = (item: WxrItem): number =>
  item.comments.reduce((sum, comment) => sum + comment.content.length, item.content.length);

/** Gathers items that are brought in together. No two of them have the same key. */
export class ItemBatch {
  readonly #bring: (items: readonly WxrItem[]) => Promise<void>;
  #items = new Map<string, WxrItem>();
  #size = 0;

  constructor(bring: (items: readonly WxrItem[]) => Promise<void>) {
    this.#bring = bring;
  }

  /** Takes an item, and brings those that wait when they are enough. */
  async add(item: WxrItem): Promise<void> {
    const key = itemKey(item);
    if (this.#items.has(key)) await this.flush();
    this.#items.set(key, item);
    this.#size += sizeOf(item);
    if (this.#items.size >= ITEMS_MAX || this.#size >= CONTENT_MAX) await this.flush();
  }

  /** Brings all that wait. */
  async flush(): Promise<void> {
    const items = [...this.#items.values()];
    this.#items = new Map();
    this.#size = 0;
    if (items.length > 0) await this.#bring(items);
  }
}
