import { fileURLToPath } from 'node:url';
import type { Site } from '../kernel/site.ts';
import { messageOf } from '../lib/errors.ts';
import type { Fault } from './messages.ts';

/** The files that the calls of a stack stand in, the innermost first. */
function filesOf(stack: string): string[] {
  const places = [...stack.matchAll(/(file:\/\/\S+?|\/\S+?):\d+:\d+/g)].map((match) => match[1] ?? '');
  return places.map((place) => (place.startsWith('file:') ? fileURLToPath(place) : place));
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${error.stack ?? ''}\n${error.cause === undefined ? '' : stackOf(error.cause)}`;
}

/**
 * Finds the plugin that something thrown came from: the innermost call that stands in a plugin's folder.
 *
 * @example
 * blame(site, error) // { message: 'x is not a function', plugin: 'shelf', isRemovable: true }
 */
export function blame(site: Pick<Site, 'plugins'>, error: unknown): Fault {
  const message = messageOf(error);
  const plugins = site.plugins.list();
  for (const file of filesOf(stackOf(error))) {
    const plugin = plugins.find(({ directory }) => file.startsWith(`${directory}/`));
    if (plugin) return { message, plugin: plugin.name, isRemovable: !plugin.isFirstParty };
  }
  return { message };
}

/** The plugin that the innermost call of all stands in, if it stands in one. */
export function starterOf(site: Pick<Site, 'plugins'>, error: Error): string | undefined {
  const [file = ''] = filesOf(error.stack ?? '');
  return site.plugins.list().find(({ directory }) => file.startsWith(`${directory}/`))?.name;
}

/**
 * The same where only files are known, for who has no site: by the folders in which plugins stand.
 *
 * @param folders.own the folder of the plugins that come with Galley
 * @param folders.further the folders of those from elsewhere
 */
export function blameFiles(
  files: readonly string[],
  folders: { own: string; further: readonly string[] },
): Pick<Fault, 'plugin' | 'isRemovable'> {
  for (const file of files) {
    for (const folder of [...folders.further, folders.own]) {
      const plugin = file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split('/')[0] : undefined;
      if (plugin) return { plugin, isRemovable: folder !== folders.own };
    }
  }
  return {};
}
