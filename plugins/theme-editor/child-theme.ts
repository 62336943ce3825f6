import { rm } from 'node:fs/promises';
import type { Site } from 'galley';

/** Names of the child themes that were made here, and may be written to. */
const OPTION = 'theme_editor_children';
const MAX_NAME = 60;

/** Defines what is remembered of child themes. */
export function defineChildren(site: Site): void {
  site.options.define(OPTION, {
    default: [],
    schema: { type: 'array', maxItems: 200, items: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' } },
    label: 'Child themes that keep changes made in the admin',
  });
}

type ThemeInfo = Awaited<ReturnType<Site['themes']['list']>>[number];

/** Whether a theme is the site's own: made here as a child. All others come from elsewhere and stay as they are. */
export async function isChild(site: Site, theme: ThemeInfo): Promise<boolean> {
  if (theme.isFirstParty || theme.parent === undefined) return false;
  return (await site.options.get<string[]>(OPTION)).includes(theme.name);
}

/** A child of this theme that was made before and is not in use. */
export async function idleChild(site: Site, parent: string): Promise<ThemeInfo | undefined> {
  for (const theme of await site.themes.list())
    if (theme.parent === parent && !theme.isActive && !theme.problem && (await isChild(site, theme))) return theme;
  return undefined;
}

function freeName(parent: string, taken: ReadonlySet<string>): string {
  const base = `${parent.slice(0, MAX_NAME - 10)}-child`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Makes a child of the theme, with its variation and options, and makes it the site's. @returns its name */
export async function makeChild(site: Site, parent: string, title: string): Promise<string> {
  const { themes, options } = site;
  const name = freeName(parent, new Set((await themes.list()).map((theme) => theme.name)));
  const settings = await themes.settings(await themes.load(parent));
  const directory = await themes.create(name, { parent, title });
  try {
    await themes.configure(name, settings);
    await themes.activate(name);
    await options.update<string[]>(OPTION, (names) => [...names.filter((other) => other !== name), name]);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return name;
}
