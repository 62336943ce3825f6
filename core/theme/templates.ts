import Handlebars from 'handlebars';
import { GalleyError } from '../lib/errors.ts';
import { SafeHtml } from '../lib/escape.ts';
import { didYouMean } from '../lib/suggest.ts';
import { says } from '../lib/told-texts.ts';
import type { HelperDefinition, QueryValue, RenderState } from './helper-types.ts';
import type { ProgramNode } from './template-ast.ts';
import { checkTemplate } from './template-check.ts';
import { placedError } from './template-error.ts';
import { readTemplates, type TemplateFile, type TemplateFolder } from './template-files.ts';
import { Output, type Part } from './template-frame.ts';
import type { CheckedTemplate, TemplateProblem } from './template-problem.ts';
import { compileProgram } from './template-program.ts';
import type { TemplateRegistry } from './template-registry.ts';

interface Compiled {
  checked: CheckedTemplate;
  run: Part;
}

const MAX_LAYOUTS = 5;

/**
 * The templates, layouts and partials of a theme and of those it descends from. A file is checked and compiled when
 * it is first needed, from text that was read from a theme or registered by a plugin, and from nothing else.
 */
export class TemplateSet {
  readonly #registry: TemplateRegistry;
  readonly #files: ReadonlyMap<string, TemplateFile>;
  readonly #assets: ReadonlySet<string> | undefined;
  #compiled = new Map<string, Compiled>();
  #queries = new Map<string, Record<string, QueryValue>[]>();
  #helpers: ReadonlyMap<string, HelperDefinition> = new Map();
  #partials = new Map<string, Part>();
  #revision = -1;

  constructor(files: readonly TemplateFile[], registry: TemplateRegistry, assets?: ReadonlySet<string>) {
    const byKey = new Map<string, TemplateFile>();
    for (const file of files) if (!byKey.has(file.key)) byKey.set(file.key, file);
    this.#files = byKey;
    this.#registry = registry;
    this.#assets = assets;
  }

  /** Reads the folders, the child's before its parent's: what comes first wins. */
  static async load(
    folders: readonly TemplateFolder[],
    registry: TemplateRegistry,
    assets?: ReadonlySet<string>,
  ): Promise<TemplateSet> {
    const files = await Promise.all(folders.map(readTemplates));
    return new TemplateSet(files.flat(), registry, assets);
  }

  /** Whether there is a template called `name`, of the theme or of a plugin. */
  has(name: string): boolean {
    return this.#source(`templates/${name}`) !== undefined;
  }

  /** The names of all templates. */
  names(): string[] {
    return [...this.#files.keys()]
      .filter((key) => key.startsWith('templates/'))
      .map((key) => key.slice('templates/'.length));
  }

  /** The first of the candidates that exists. */
  find(candidates: readonly string[]): string | undefined {
    return candidates.find((name) => this.has(name));
  }

  /**
   * Renders a template within its layouts.
   * @throws GALLEY_TEMPLATE_INVALID | GALLEY_TEMPLATE_UNKNOWN with file and line
   */
  render(name: string, state: RenderState): string {
    this.#refresh();
    let key = `templates/${name}`;
    let html = this.#run(key, state, state.view);
    for (let depth = 0; ; depth++) {
      const { layout } = this.#compile(key).checked;
      if (layout === undefined) return html;
      if (depth === MAX_LAYOUTS) throw this.#error(key, `Layouts stand more than ${MAX_LAYOUTS} deep.`);
      if (!this.#files.has(`layouts/${layout}`))
        throw this.#error(key, `There is no layout "${layout}".${didYouMean(layout, this.#namesOf('layouts'))}`);
      key = `layouts/${layout}`;
      html = this.#run(key, state, { ...state.view, body: new SafeHtml(html) });
    }
  }

  /** The queries that a template, its layouts and its partials make whatever the data is. */
  queries(name: string): Record<string, QueryValue>[] {
    this.#refresh();
    const known = this.#queries.get(name);
    if (known) return known;
    const found: Record<string, QueryValue>[] = [];
    const seen = new Set<string>();
    const visit = (key: string): void => {
      if (seen.has(key) || !this.#source(key)) return;
      seen.add(key);
      const { checked } = this.#compile(key);
      found.push(...checked.queries);
      if (checked.layout !== undefined) visit(`layouts/${checked.layout}`);
      for (const partial of checked.partials) visit(`partials/${partial}`);
    };
    visit(`templates/${name}`);
    this.#queries.set(name, found);
    return found;
  }

  /** What is wrong in any of the files. Overridden files of a parent are not looked at. */
  check(): { problems: TemplateProblem[]; texts: string[] } {
    const problems: TemplateProblem[] = [];
    const texts = new Set<string>();
    for (const { key, file, source } of this.#files.values()) {
      const checked = checkTemplate(source, this.#checkOptions(file));
      problems.push(...checked.problems);
      for (const text of checked.texts) texts.add(text);
      if (checked.layout !== undefined && !this.#files.has(`layouts/${checked.layout}`)) {
        problems.push({
          level: 'error',
          file,
          line: 1,
          message: says(
            `There is no layout "${checked.layout}".${didYouMean(checked.layout, this.#namesOf('layouts'))}`,
          ),
        });
      }
      if (key === 'templates/') problems.push({ level: 'error', file, line: 0, message: says('It has no name.') });
    }
    return { problems, texts: [...texts] };
  }

  #namesOf(kind: string): string[] {
    return [...this.#files.keys()].filter((key) => key.startsWith(`${kind}/`)).map((key) => key.slice(kind.length + 1));
  }

  #partialNames(): Set<string> {
    return new Set([...this.#namesOf('partials'), ...this.#registry.partials().map(({ name }) => name)]);
  }

  #checkOptions(file: string): Parameters<typeof checkTemplate>[1] {
    return { file, helpers: this.#registry.helpers(), partials: this.#partialNames(), assets: this.#assets };
  }

  /** Helpers and partials of plugins may have come since. */
  #refresh(): void {
    if (this.#revision === this.#registry.revision) return;
    this.#revision = this.#registry.revision;
    this.#compiled = new Map();
    this.#queries = new Map();
    this.#helpers = this.#registry.helpers();
    this.#partials = new Map([...this.#partialNames()].map((name) => [name, this.#lazy(`partials/${name}`)]));
  }

  #lazy(key: string): Part {
    return (frame, out) => this.#guard(key, () => this.#compile(key).run(frame, out));
  }

  #source(key: string): TemplateFile | undefined {
    const file = this.#files.get(key);
    if (file) return file;
    const [kind, ...rest] = key.split('/');
    const registered =
      kind === 'partials' ? this.#registry.partials() : kind === 'templates' ? this.#registry.templates() : [];
    const found = registered.find(({ name }) => name === rest.join('/'));
    return found && { key, file: `${found.owner}/${key}`, theme: found.owner, source: found.value };
  }

  #compile(key: string): Compiled {
    const known = this.#compiled.get(key);
    if (known) return known;
    const file = this.#source(key);
    if (!file) throw new GalleyError('GALLEY_TEMPLATE_UNKNOWN', `There is no ${key}.hbs in the theme.`);
    const checked = checkTemplate(file.source, this.#checkOptions(file.file));
    const errors = checked.problems.filter(({ level }) => level === 'error');
    if (errors[0]) {
      const more = errors.length > 1 ? ` (and ${errors.length - 1} more; see "galley theme check")` : '';
      throw placedError(new Error(errors[0].message + more), errors[0]);
    }
    const program = Handlebars.parse(checked.source, { srcName: file.file }) as unknown as ProgramNode;
    const partial = (name: string): Part | undefined => this.#partials.get(name);
    const run = compileProgram(program, { file: file.file, helpers: this.#helpers, partial });
    const compiled = { checked, run };
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #run(key: string, state: RenderState, view: object): string {
    const out = new Output();
    const scene = { root: view, state, inline: undefined, slot: undefined };
    const frame = { context: view, up: undefined, loop: undefined, parameters: undefined, scene };
    this.#guard(key, () => this.#compile(key).run(frame, out));
    return out.text;
  }

  /** Errors that have no place yet get that of the file. */
  #guard(key: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw placedError(error, { file: this.#source(key)?.file ?? `${key}.hbs`, line: 0 });
    }
  }

  #error(key: string, message: string): GalleyError {
    return placedError(new Error(message), { file: this.#source(key)?.file ?? key, line: 1 });
  }
}
