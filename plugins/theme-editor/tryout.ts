import { rm } from 'node:fs/promises';
import { GalleyError, LocalStorage, type ScreenContext, type Site, type TemplateProblem, type Viewer } from 'galley';
import type { FileChange, ThemeEditor } from './theme-editor.ts';
import { MAX_BYTES, tidyText } from './theme-files.ts';

/** The folder with what one person tries; previews name it. */
const draftOf = (viewer: Viewer): string => `tried-by-${viewer.id ?? 0}`;

/** Changes that one person looks at before visitors see them: files that stand before those of the theme in his previews. */
export class Tryout {
  readonly #page: ScreenContext;
  readonly #editor: ThemeEditor;
  readonly #files: LocalStorage;

  constructor(page: ScreenContext, editor: ThemeEditor) {
    this.#page = page;
    this.#editor = editor;
    this.#files = new LocalStorage(page.site.themes.folders.draft(draftOf(page.viewer)));
  }

  get #site(): Site {
    return this.#page.site;
  }

  get #session(): string {
    const { session } = this.#page.context;
    if (!session) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.');
    return session.idHash;
  }

  /** Whether this session tries changes of this theme now. */
  async isOn(theme: string): Promise<boolean> {
    const preview = await this.#site.themes.previews.find(this.#session, this.#page.viewer);
    return preview?.name === theme && preview.draft === draftOf(this.#page.viewer);
  }

  /** The text of a file that is tried, if it is. */
  async textOf(path: string): Promise<string | undefined> {
    const known = await this.#files.stat(path);
    return known && (await this.#files.read(path, MAX_BYTES)).toString('utf8');
  }

  /** Begins to try a text. @returns what is wrong with it; then nothing is tried */
  async start(change: FileChange): Promise<TemplateProblem[]> {
    const { viewer } = this.#page;
    const { themes } = this.#site;
    const problems = await this.#editor.check(change, viewer);
    if (problems.length > 0) return problems;
    const { name } = await this.#editor.theme();
    if (!(await this.isOn(name))) await this.#clear();
    await this.#files.put(change.path, Buffer.from(tidyText(change.text)));
    const settings = await themes.settings(await themes.load(name));
    await themes.previews.start(this.#session, { name, ...settings, draft: draftOf(viewer) }, viewer);
    return [];
  }

  /** A file is not tried any more: it is saved, or taken away. */
  async forget(path: string): Promise<void> {
    await this.#files.remove(path);
    if ((await this.#files.list({ limit: 1 })).files.length > 0) return;
    if (await this.isOn((await this.#editor.theme()).name)) await this.#site.themes.previews.stop(this.#page.viewer);
  }

  /** Throws away all that is tried. */
  async stop(): Promise<void> {
    await this.#clear();
    await this.#site.themes.previews.stop(this.#page.viewer);
  }

  async #clear(): Promise<void> {
    await rm(this.#files.root, { recursive: true, force: true });
  }
}
