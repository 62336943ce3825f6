// For the tests of this layer: a small site with real hooks, templates, assets and themes, and a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HookEngine } from '../kernel/hooks.ts';
import type { Site } from '../kernel/site.ts';
import { themeModules } from './theme.ts';
import { themeHooks } from './theme-hooks.ts';
import type { PartialView } from './view.ts';

/** The site of a test and its folder. */
export interface ThemeSite {
  site: Site;
  root: string;
  /** What was logged as an error. */
  errors: string[];
  /** Tags that were invalidated. */
  invalidated: string[];
  /** Writes files below `themes/`. */
  write(files: Record<string, string>): void;
  remove(): void;
}

/** A minimal manifest. */
export function manifest(name: string, more: object = {}): string {
  return JSON.stringify({ name, title: name, version: '1.0.0', ...more });
}

/** A page to render. */
export function page(more: object = {}): PartialView {
  return { page: { kind: 'home', heading: 'Home' }, ...more };
}

function optionsOf(values: Record<string, unknown>): object {
  return {
    define: (name: string, definition: { default: unknown }) => {
      values[name] ??= definition.default;
    },
    has: (name: string) => name in values,
    get: async (name: string) => values[name],
    set: async (name: string, value: unknown) => {
      values[name] = value;
    },
    update: async (name: string, change: (current: unknown) => unknown) => {
      values[name] = change(values[name]);
    },
  };
}

/** Makes a site with the themes in `files` (paths below `themes/`). */
export function themeSite(files: Record<string, string> = {}, environment = 'test'): ThemeSite {
  const root = mkdtempSync(join(tmpdir(), 'galley-theme-'));
  symlinkSync(join(import.meta.dirname, '..', '..', 'node_modules'), join(root, 'node_modules'));
  const [errors, invalidated]: [string[], string[]] = [[], []];
  const parts = {
    id: 'test',
    owner: 'core',
    root,
    config: {
      themes: { default: 'default' },
      content: { dir: join(root, 'wp-content') },
      environment: { name: environment },
      http: { url: 'https://example.org' },
    },
    hooks: new HookEngine(),
    log: { error: (_facts: object, message: string) => errors.push(message) },
    options: optionsOf({ title: 'A site', tagline: 'Words', language: 'en', timezone: 'Europe/Berlin' }),
    cache: {
      invalidate: async (tags: string[]) => {
        invalidated.push(...tags);
      },
      remember: async (_key: string, _options: object, load: () => Promise<unknown>) => load(),
    },
  };
  const site = parts as unknown as Site;
  for (const [name, definition] of Object.entries(themeHooks)) site.hooks.define(name, definition);
  for (const module of themeModules) void module.start(site);
  const write = (more: Record<string, string>): void => {
    for (const [path, text] of Object.entries(more)) {
      const file = join(root, 'themes', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  };
  write(files);
  return { site, root, errors, invalidated, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}
