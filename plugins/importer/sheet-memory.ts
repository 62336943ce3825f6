import type { Site } from 'galley';
import { fingerprintOf } from './import-store.ts';

const KIND = 'row';
const KEY_MAX = 190;

/** Remembers what each row became, by its key, so that a second run doubles nothing. */
export class SheetMemory {
  readonly #site: Site;
  readonly #source: string;

  /** @param what rows become, and the heading of their keys */
  constructor(site: Site, ...what: readonly string[]) {
    this.#site = site;
    this.#source = fingerprintOf('sheet', ...what);
  }

  async find(key: string): Promise<number | undefined> {
    const row = (await this.#rows(key).select('local_id').first()) as { local_id: number } | undefined;
    return row?.local_id;
  }

  /** @param mark names the run that made it */
  async keep(key: string, id: number, mark = ''): Promise<void> {
    await this.#rows(key).delete();
    const row = { source: this.#source, kind: KIND, foreign_id: keyOf(key), local_id: id, fingerprint: mark };
    await this.#site.database.insert('import_items', row);
  }

  #rows(key: string) {
    return this.#site.database
      .write('import_items')
      .where({ source: this.#source, kind: KIND, foreign_id: keyOf(key) });
  }
}

const keyOf = (key: string): string => (key.length <= KEY_MAX ? key : `${key.slice(0, 120)}#${fingerprintOf(key)}`);
