import { type Entry, GalleyError, plainText, SYSTEM } from 'galley';
import type { MadeThing } from './import-made.ts';
import { mediaOf } from './media-contract.ts';
import { STAY_TEXTS, type UndoThing, type UndoWork } from './undo-work.ts';

const STEP = 100;
const MENU_ITEM = 'nav_menu_item';
const ASKED = 500;
/** So many share a transaction, which costs more than what happens in it. */
const TOGETHER = 25;

/** What is known of an entry that may go. */
interface Candidate extends UndoThing {
  type: string;
  /** Whether whoever takes the import back may move it to the trash. */
  isOpen: boolean;
  authorId: number | null;
  termIds: readonly number[];
}

/** Takes back entries: first all but files, then the files that nothing else uses. */
export class UndoEntries {
  readonly #work: UndoWork;
  /** Menus that stay, and what stands in those that have gone. */
  readonly #keptMenus: ReadonlySet<number>;
  readonly #candidates = new Map<number, Candidate>();
  readonly #parents = new Map<number, number>();
  readonly #left = new Set<number>();

  constructor(work: UndoWork, keptMenus: ReadonlySet<number>) {
    this.#work = work;
    this.#keptMenus = keptMenus;
  }

  async run(): Promise<void> {
    const { made, options } = this.#work;
    const things = (await made.of(options.run, 'entry')).filter(({ id }) => !this.#work.gone.entry.has(id));
    for (let from = 0; from < things.length; from += STEP) await this.#look(things.slice(from, from + STEP));
    await this.#keepFrontPages();
    const ids = [...this.#candidates.keys()];
    for (let from = 0; from < ids.length; from += STEP) await this.#keepUsed(ids.slice(from, from + STEP));
    for (const id of [...this.#left]) this.#keepAbove(id);
    // The last first: what stands below another goes before it, and is not moved with it.
    const all = [...this.#candidates.values()].reverse();
    const texts = all.filter(({ type }) => type !== 'attachment');
    for (let from = 0; from < texts.length; from += TOGETHER) await this.#takeAll(texts.slice(from, from + TOGETHER));
    const files = all.filter(({ type, id }) => type === 'attachment' && this.#candidates.has(id));
    for (let from = 0; from < files.length; from += STEP) await this.#takeFiles(files.slice(from, from + STEP));
  }

  /** Tells apart what was changed, and what is gone or in the trash already. */
  async #look(things: readonly MadeThing[]): Promise<void> {
    const { site, options } = this.#work;
    options.signal?.throwIfAborted();
    const ids = things.map(({ id }) => id);
    const entries = await site.entries.getMany(ids, SYSTEM);
    const terms = await this.#termsOf([...entries.values()]);
    for (const { id, version } of things) {
      const entry = entries.get(id);
      if (!entry || entry.status === 'trash') continue;
      const termIds = terms.get(id) ?? [];
      const candidate = this.#named(entry, version, termIds);
      if (entry.parentId !== null) this.#parents.set(id, entry.parentId);
      this.#candidates.set(id, candidate);
      const isInMenu = entry.type === MENU_ITEM && termIds.some((menu) => this.#keptMenus.has(menu));
      if (entry.version !== version) this.#leave(id, STAY_TEXTS.changed);
      else if (isInMenu) this.#leave(id, STAY_TEXTS.menu);
    }
  }

  /** The menus of items; a trial counts with the terms of all others too. */
  async #termsOf(entries: readonly Entry[]): Promise<Map<number, number[]>> {
    const { site, options } = this.#work;
    const asked = entries.filter(({ type }) => options.dryRun || type === MENU_ITEM).map(({ id }) => id);
    if (asked.length === 0) return new Map();
    const terms = await site.terms.ofEntries(asked);
    return new Map([...terms].map(([id, own]) => [id, own.map((term) => term.id)]));
  }

  #named(entry: Entry, version: number, termIds: readonly number[]): Candidate {
    const { id, type, title, slug, authorId } = entry;
    const { site, options } = this.#work;
    const label = site.types.get(type)?.title ?? type;
    const isOpen = site.entries.may(options.viewer, 'delete', entry);
    const what = plainText(title) || slug || `#${id}`;
    return { id, version, kind: 'entry', type, isOpen, authorId, termIds, label, what };
  }

  #leave(id: number, reason: string): void {
    const thing = this.#candidates.get(id);
    this.#left.add(id);
    if (!thing) return;
    this.#candidates.delete(id);
    this.#work.leave(thing, reason);
  }

  /** Something that stays keeps its place: what stands above it stays too. */
  #keepAbove(id: number): void {
    const { types } = this.#work.site;
    for (let at = this.#parents.get(id); at !== undefined; at = this.#parents.get(at)) {
      const above = this.#candidates.get(at);
      if (!above || types.get(above.type)?.hierarchical !== true) return;
      this.#leave(at, STAY_TEXTS.above);
    }
  }

  async #keepFrontPages(): Promise<void> {
    const { options } = this.#work.site;
    for (const name of ['page_on_front', 'page_for_posts'])
      this.#leave(await options.get<number>(name), STAY_TEXTS.front);
  }

  /** What did not come in with this import may stand below an entry, or lead to it. */
  async #keepUsed(ids: readonly number[]): Promise<void> {
    const { types } = this.#work.site;
    const isOther = ({ id }: { id: number }): boolean => !(this.#candidates.has(id) || this.#work.gone.entry.has(id));
    const trees = types.list().flatMap(({ name, value }) => (value.hierarchical ? [name] : []));
    if (trees.length > 0)
      for await (const child of this.#work.living({ type: trees, parent: ids }))
        if (isOther(child) && child.parentId !== null && this.#candidates.has(child.parentId))
          this.#leave(child.parentId, STAY_TEXTS.above);
    if (!types.has(MENU_ITEM)) return;
    for await (const item of this.#work.living({ type: MENU_ITEM, where: { objectId: { in: [...ids] } } }))
      if (isOther(item) && item.fields['kind'] === 'post_type')
        this.#leave(Number(item.fields['objectId']), STAY_TEXTS.led);
  }

  async #takeAll(things: readonly Candidate[]): Promise<void> {
    const work = async (): Promise<void> => {
      for (const thing of things) await this.#take(thing);
    };
    await (this.#work.options.dryRun ? work() : this.#work.site.database.transaction(work));
  }

  async #take(thing: Candidate): Promise<void> {
    if (!this.#candidates.has(thing.id)) return;
    const { site, options } = this.#work;
    const isGone = await this.#work.take(
      thing,
      () => site.entries.trash(thing.id, { viewer: options.viewer }),
      async () => {
        if (!thing.isOpen) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not move this to the trash.');
      },
    );
    if (isGone) this.#work.goes(thing, thing.termIds);
    else this.#candidates.delete(thing.id);
  }

  async #takeFiles(files: readonly Candidate[]): Promise<void> {
    const { site } = this.#work;
    const sources = (await mediaOf(site)?.sourcesOf(files.map(({ id }) => id))) ?? new Map<number, string[]>();
    const users = [...sources.values()].flat().flatMap((source) => Number(/^entry:(\d+)$/.exec(source)?.[1]) || []);
    const using = new Set<number>();
    for (let from = 0; from < users.length; from += ASKED)
      for await (const { id } of this.#work.living({ ids: users.slice(from, from + ASKED), type: site.types.names() }))
        if (!this.#work.gone.entry.has(id)) using.add(id);
    const isUse = (source: string): boolean => !source.startsWith('entry:') || using.has(Number(source.slice(6)));
    for (const file of files) {
      if (sources.get(file.id)?.some(isUse)) this.#leave(file.id, STAY_TEXTS.used);
      else await this.#take(file);
    }
  }
}
