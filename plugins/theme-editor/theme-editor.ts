import { createHash } from 'node:crypto';
import { GalleyError, type Site, type TemplateProblem, type Viewer } from 'galley';
import { defineChildren, idleChild, isChild, makeChild } from './child-theme.ts';
import { needKind } from './file-path.ts';
import { KIND, snapshotOf, subjectOf } from './file-snapshot.ts';
import { MAX_BYTES, type OpenedThemeFile, ThemeFiles, tidyText } from './theme-files.ts';
import { Trial } from './trial.ts';

/** A change of a file. */
export interface FileChange {
  path: string;
  text: string;
  /** From `stateOf`: what whoever changed it has seen. Not compared where it is absent. */
  state?: string | undefined;
}

/** What became of a change. */
export type SaveOutcome = { isSaved: true } | { isSaved: false; problems: TemplateProblem[] };

interface Commit {
  theme: string;
  path: string;
  state: string | undefined;
  viewer: Viewer;
}

/** The theme that visitors see, as it can be changed. */
export interface EditedTheme {
  name: string;
  title: string;
  /** Whether it is the site's own, so that files can be written into it. */
  isChild: boolean;
}

/** What the text of a file is, to notice that somebody else has changed it. */
export const stateOf = (file: Pick<OpenedThemeFile, 'text' | 'isOwn'> | undefined): string =>
  file ? createHash('sha256').update(`${file.isOwn}\n${file.text}`).digest('hex').slice(0, 24) : 'none';

/**
 * Changes templates and styles of the site's theme, in a child theme of the site's own. What comes from elsewhere is
 * never written to. A change is checked and pages are rendered with it before visitors see it.
 */
export class ThemeEditor {
  readonly #site: Site;
  readonly #trial: Trial;

  constructor(site: Site) {
    this.#site = site;
    this.#trial = new Trial(site);
    defineChildren(site);
  }

  /** Whether the configuration lets anybody change files. */
  get isOn(): boolean {
    return this.#site.config.themes.editor;
  }

  /** @throws GALLEY_PERMISSION_DENIED */
  need(viewer: Viewer): void {
    if (!viewer.can('edit_themes'))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change templates and styles.');
    if (!this.isOn)
      throw new GalleyError(
        'GALLEY_PERMISSION_DENIED',
        'Changing templates and styles in the admin is switched off for this site (GALLEY_THEME_EDITOR).',
      );
  }

  /** The site's theme. */
  async theme(): Promise<EditedTheme> {
    const active = (await this.#site.themes.list()).find((theme) => theme.isActive);
    if (!active) throw new GalleyError('GALLEY_THEME_UNKNOWN', 'The theme of this site is not here any more.');
    return { name: active.name, title: active.title, isChild: await isChild(this.#site, active) };
  }

  files(theme: string): ThemeFiles {
    return new ThemeFiles(this.#site, theme);
  }

  /** Gives the site's theme a child that keeps changes, or takes the one that is there. @returns its name */
  async adopt(title: string, viewer: Viewer): Promise<string> {
    this.need(viewer);
    const theme = await this.theme();
    if (theme.isChild) return theme.name;
    const idle = await idleChild(this.#site, theme.name);
    if (idle) await this.#site.themes.activate(idle.name);
    const name = idle?.name ?? (await makeChild(this.#site, theme.name, title));
    this.#log(viewer, { theme: name, parent: theme.name }, 'a child theme keeps changes from now on');
    return name;
  }

  /**
   * Puts a text into the site's child theme, if the site can be shown with it.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_FILE_REFUSED | GALLEY_INPUT_TOO_LARGE | GALLEY_ENTRY_CONFLICT
   */
  async save(change: FileChange, viewer: Viewer): Promise<SaveOutcome> {
    const { path, state } = change;
    const problems = await this.check(change, viewer);
    if (problems.length > 0) return { isSaved: false, problems };
    const { name: theme } = await this.theme();
    const files = this.files(theme);
    await this.#commit({ theme, path, state, viewer }, () => files.write(path, tidyText(change.text)));
    return { isSaved: true };
  }

  /** What would be wrong with the site if a file had this text. @throws as `save`, but for conflicts */
  async check({ path, ...change }: FileChange, viewer: Viewer): Promise<TemplateProblem[]> {
    const text = tidyText(change.text);
    const theme = await this.#needChild(path, text, viewer);
    if (path === 'theme.json') await this.#needSameTheme(theme, text);
    return this.#trial.run(theme, { path, text });
  }

  /**
   * Takes the own copy of a file away, so that the theme's counts again, or a file that no other theme has.
   * @throws as `save`
   */
  async remove({ path, state }: Omit<FileChange, 'text'>, viewer: Viewer): Promise<SaveOutcome> {
    const theme = await this.#needChild(path, '', viewer);
    const files = this.files(theme);
    const file = await files.open(path);
    if (!file?.isOwn || file.kind === 'settings')
      throw new GalleyError('GALLEY_FILE_UNKNOWN', 'The child theme has no copy of this file.');
    const problems = file.isCopy ? await this.#trial.run(theme, { path, text: undefined }) : [];
    if (problems.length > 0) return { isSaved: false, problems };
    const known = file.isCopy ? [] : await this.#trial.errors(theme);
    await this.#commit({ theme, path, state, viewer }, async () => {
      await files.remove(path);
      // What nothing stands behind may be missed by others.
      if (!file.isCopy) problems.push(...(await this.#trial.errors(theme, known)));
      if (problems[0]) throw new GalleyError('GALLEY_THEME_INVALID', problems[0].message);
    }).catch((error: unknown) => {
      if (problems.length === 0) throw error;
    });
    return problems.length > 0 ? { isSaved: false, problems } : { isSaved: true };
  }

  /** Changes a file, keeps what it was and is, and shows it to visitors: all of it or nothing. */
  async #commit({ theme, path, state, viewer }: Commit, change: () => Promise<void>): Promise<void> {
    const { database, histories, themes } = this.#site;
    const files = this.files(theme);
    let before: OpenedThemeFile | undefined;
    let isChanged = false;
    try {
      await database.transaction(async () => {
        await themes.refresh(); // First, so that of two who change something one waits for the other.
        // A transaction may run again; what was there before was there before the first time.
        if (!isChanged) before = await files.open(path);
        if (state !== undefined && state !== stateOf(before)) throw conflict();
        isChanged = true;
        await change();
        const past = { before: snapshotOf(before), viewer };
        await histories.record(KIND, subjectOf(theme, path), snapshotOf(await files.open(path)), past);
      });
    } catch (error) {
      if (isChanged) await (before?.isOwn ? files.write(path, before.text) : files.remove(path));
      throw error;
    }
    this.#log(viewer, { theme, file: path }, 'a file of the theme was changed');
  }

  /** What a child is and whose child it is stays. */
  async #needSameTheme(theme: string, text: string): Promise<void> {
    const { folders } = this.#site.themes;
    const { name, parent } = await folders.manifest((await folders.need(theme)).directory);
    const wanted = parsed(text);
    if (wanted && (wanted['name'] !== name || wanted['parent'] !== parent))
      throw new GalleyError('GALLEY_THEME_INVALID', `"name" and "parent" stay as they are: "${name}" and "${parent}".`);
  }

  async #needChild(path: string, text: string, viewer: Viewer): Promise<string> {
    this.need(viewer);
    needKind(path);
    if (Buffer.byteLength(text) > MAX_BYTES)
      throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `A file may have ${MAX_BYTES / 1024} KB. Split it into parts.`);
    const theme = await this.theme();
    if (theme.isChild) return theme.name;
    throw new GalleyError(
      'GALLEY_FILE_REFUSED',
      'This theme comes from elsewhere. Make a child theme to keep changes.',
    );
  }

  #log(viewer: Viewer, facts: Record<string, string>, text: string): void {
    this.#site.log.child({ stream: 'audit' }).info({ userId: viewer.id, ...facts }, text);
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined; // The check says what is wrong with it.
  }
}

const conflict = (): GalleyError =>
  new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody else has changed this file meanwhile.');
