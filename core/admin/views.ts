import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { SafeHtml } from '../lib/escape.ts';
import { directionOf } from '../lib/languages.ts';
import { baseView, type PageFacts } from '../theme/base-view.ts';
import { renderState } from '../theme/render-state.ts';
import { fingerprint, readTemplates, type TemplateFile } from '../theme/template-files.ts';
import { TemplateSet } from '../theme/templates.ts';
import type { View } from '../theme/view.ts';
import { accentSheet } from './accent.ts';
import { AdminTexts } from './texts.ts';

/** What a template of the admin gets: its page, and whatever else. */
export interface AdminView {
  page: PageFacts;
  [name: string]: unknown;
}

interface Folder {
  owner: string;
  directory: string;
}

interface Loaded {
  templates: TemplateSet;
  assets: ReadonlyMap<string, string>;
  texts: AdminTexts;
  stamp: string;
  menus: LRUCache<string, SafeHtml>;
}

interface Shared {
  site: Site;
  folders: Folder[];
  loaded: Promise<Loaded> | undefined;
  /** The same as `loaded`, once it is there. */
  ready: Loaded | undefined;
  texts: Promise<AdminTexts> | undefined;
  lookedAt: number;
}

const VIEWS = join(import.meta.dirname, 'views');
const ASSETS = join(import.meta.dirname, 'assets');
const LOOK_EVERY_MS = 500;
const MENUS = 100;

/**
 * The templates of the admin: those of core and, below the plugin's name, those of plugins (`views/templates/list.hbs` of
 * the plugin `events` is `events/list`). They obey the rules of themes and use core's layouts and partials.
 */
export class AdminViews implements Owned {
  readonly #shared: Shared;
  readonly #owner: string;

  constructor(site: Site, shared?: Shared, owner = 'core') {
    this.#owner = owner;
    this.#shared = shared ?? {
      site,
      folders: [{ owner: 'core', directory: VIEWS }],
      loaded: undefined,
      ready: undefined,
      texts: undefined,
      lookedAt: 0,
    };
  }

  ownedBy(owner: string): this {
    return new AdminViews(this.#shared.site, this.#shared, owner) as this;
  }

  removeOwner(owner: string): void {
    const { folders } = this.#shared;
    folders.splice(0, folders.length, ...folders.filter((folder) => folder.owner !== owner));
    this.#forget();
  }

  /** Adds a folder with `templates/` and `partials/`. Their names begin with that of the plugin. */
  folder(directory: string): void {
    this.#shared.folders.push({ owner: this.#owner, directory });
    this.#forget();
  }

  #forget(): void {
    this.#shared.loaded = undefined;
    this.#shared.texts = undefined;
  }

  /**
   * Renders a template.
   * @param language of the reader: of its texts, dates and figures
   * @throws GALLEY_TEMPLATE_UNKNOWN | GALLEY_TEMPLATE_INVALID
   */
  async render(template: string, view: AdminView, origin: string, language = 'en'): Promise<string> {
    const loaded = await this.#load();
    const { site } = this.#shared;
    const base = await baseView(site, origin, { robots: 'noindex', ...view.page });
    const reader = { language, direction: directionOf(language) };
    const [messageScript, accent] = await Promise.all([loaded.texts.script(language), accentSheet(site)]);
    const shared = { messageScript, accent, site: { ...base.site, ...reader } };
    const whole = { ...view, ...base, ...shared } as View;
    return run(site, loaded, template, view['menu'] ? { ...whole, drawn: drawnMenu(site, loaded, whole) } : whole);
  }

  /** The texts of the admin in all languages. */
  async texts(): Promise<AdminTexts> {
    return (await this.#load()).texts;
  }

  /** The same for pages of the site: nothing else of the admin is made for them. */
  pageTexts(): Promise<AdminTexts> {
    const { loaded } = this.#shared;
    return loaded ? loaded.then(({ texts }) => texts) : this.#readTexts();
  }

  /** Renders a page that knows nothing but itself, at once; undefined where nothing was rendered before. */
  renderNow(template: string, view: View): string | undefined {
    const { site, ready } = this.#shared;
    return ready && run(site, ready, template, view);
  }

  /** Everything that is wrong with the templates, for tests. */
  async problems(): Promise<string[]> {
    const { templates, texts } = await this.#load();
    const { problems } = templates.check();
    return [
      ...problems.map(({ file, line, message }) => `${file}, line ${line}: ${message}`),
      ...texts.problems.map(({ file, message }) => `${file}: ${message}`),
    ];
  }

  async #load(): Promise<Loaded> {
    const shared = this.#shared;
    if (shared.loaded && !(await this.#isStale(shared.loaded))) return shared.loaded;
    if (shared.loaded) shared.texts = undefined;
    const made = this.#read();
    shared.loaded = made;
    made.then(
      (loaded) => {
        shared.ready = loaded;
      },
      () => {
        if (shared.loaded === made) shared.loaded = undefined; // The next one tries again.
      },
    );
    return made;
  }

  async #read(): Promise<Loaded> {
    const { site, folders } = this.#shared;
    const stamp = await this.#stamp();
    const files = (await Promise.all(folders.map(readFolder))).flat();
    const bundle = await site.assets.build(ASSETS, true);
    const assets = new Map([...bundle].map(([name, asset]) => [name, asset.path]));
    const texts = await this.#readTexts();
    const templates = new TemplateSet(files, site.templates, new Set(assets.keys()));
    return { templates, assets, texts, stamp, menus: new LRUCache({ max: MENUS }) };
  }

  #readTexts(): Promise<AdminTexts> {
    const shared = this.#shared;
    if (shared.texts) return shared.texts;
    const made = AdminTexts.load(shared.site);
    shared.texts = made;
    made.catch(() => {
      if (shared.texts === made) shared.texts = undefined; // The next one tries again.
    });
    return made;
  }

  /** While the admin is being made, edits show at once. */
  async #isStale(loaded: Promise<Loaded>): Promise<boolean> {
    const shared = this.#shared;
    if (shared.site.config.environment.name !== 'development' || Date.now() - shared.lookedAt < LOOK_EVERY_MS)
      return false;
    shared.lookedAt = Date.now();
    const known = await loaded.catch(() => undefined);
    return known === undefined || known.stamp !== (await this.#stamp());
  }

  #stamp(): Promise<string> {
    const { site, folders } = this.#shared;
    if (site.config.environment.name !== 'development') return Promise.resolve('');
    return fingerprint([ASSETS, ...folders.map(({ directory }) => directory), ...AdminTexts.folders(site)]);
  }
}

async function readFolder({ owner, directory }: Folder): Promise<TemplateFile[]> {
  const files = await readTemplates({ name: owner, directory });
  if (owner === 'core') return files;
  return files.map((file) => ({ ...file, key: file.key.replace('/', `/${owner}/`) }));
}

/**
 * The menu in its two forms. It stands twice on every screen, makes a third of it, and is the same for all who may open
 * the same screens; so it is kept.
 */
function drawnMenu(site: Site, loaded: Loaded, view: View): { menu: SafeHtml; bar: SafeHtml } {
  const { menu } = view as View & { menu: unknown };
  const key = `${view.site.language} ${JSON.stringify(menu)}`;
  const draw = (template: string): SafeHtml => {
    const known = loaded.menus.get(`${template} ${key}`);
    if (known) return known;
    const made = new SafeHtml(run(site, loaded, template, view));
    loaded.menus.set(`${template} ${key}`, made);
    return made;
  };
  return { menu: draw('menu'), bar: draw('menu-bar') };
}

function run(site: Site, { templates, assets, texts }: Loaded, template: string, view: View): string {
  const asset = (name: string): string => {
    const path = assets.get(name);
    if (path === undefined) throw new GalleyError('GALLEY_FILE_UNKNOWN', `The admin has no asset "${name}".`);
    return path;
  };
  const state = renderState({
    view,
    messages: texts.for(view.site.language),
    timeZone: view.site.timeZone ?? 'UTC',
    asset,
    route: (name, params) => site.routes.url(name, params as Record<string, string | number>),
  });
  return templates.render(template, state);
}
