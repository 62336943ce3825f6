import { rm } from 'node:fs/promises';
import { LocalStorage, type Site, type TemplateProblem } from 'galley';
import { rehearse } from './rehearsal.ts';
import { ThemeFiles } from './theme-files.ts';

/** A file as it would be; without a text it would be gone. */
export interface TrialFile {
  path: string;
  text: string | undefined;
}

const keyOf = ({ file, message }: TemplateProblem): string => `${file}\n${message}`;

function without(problems: readonly TemplateProblem[], known: readonly TemplateProblem[]): TemplateProblem[] {
  const keys = new Set(known.map(keyOf));
  return problems.filter((problem) => !keys.has(keyOf(problem)));
}

/** Tries a change of a theme before it is made: in a folder that stands before the theme's, which nobody else sees. */
export class Trial {
  readonly #site: Site;
  /** Folders that are in use, by number: a few names come again, so that little is left of them. */
  readonly #busy = new Set<number>();

  constructor(site: Site) {
    this.#site = site;
  }

  /** What would be wrong with the theme, and with pages of the site. Mistakes elsewhere that were there before are passed over. */
  async run(theme: string, file: TrialFile): Promise<TemplateProblem[]> {
    let slot = 1;
    while (this.#busy.has(slot)) slot++;
    this.#busy.add(slot);
    const draft = `trial-${process.pid}-${slot}`;
    const directory = this.#site.themes.folders.draft(draft);
    try {
      await this.#prepare(theme, directory, file);
      const problems = await this.#judge(theme, draft, file.path);
      // Where the folder lies is nobody's business.
      return problems.map((problem) => ({ ...problem, message: problem.message.replaceAll(directory, theme) }));
    } finally {
      await rm(directory, { recursive: true, force: true });
      this.#busy.delete(slot);
    }
  }

  async #prepare(theme: string, directory: string, { path, text }: TrialFile): Promise<void> {
    const inherited = text ?? (await new ThemeFiles(this.#site, theme).inherited(path));
    if (inherited !== undefined) await new LocalStorage(directory).put(path, Buffer.from(inherited));
  }

  async #judge(theme: string, draft: string, path: string): Promise<TemplateProblem[]> {
    const { themes } = this.#site;
    const errors = await this.errors(theme, [], draft);
    const isHere = ({ file }: TemplateProblem): boolean => file === `${theme}/${path}`;
    const known = errors.length > 0 ? (await this.errors(theme)).filter((error) => !isHere(error)) : [];
    const fresh = without(errors, known);
    if (fresh.length > 0) return fresh;
    const settings = await themes.settings(await themes.load(theme));
    return rehearse(this.#site, { name: theme, ...settings, draft });
  }

  /** What is wrong with the theme now, but for what is known. */
  async errors(theme: string, known: readonly TemplateProblem[] = [], draft?: string): Promise<TemplateProblem[]> {
    const problems = await this.#site.themes.check(theme, draft);
    return without(problems, known).filter(({ level }) => level === 'error');
  }
}
