import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Module } from '../../kernel/module.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';

const OPTION = 'plugin_auto_updates';
/** At night, at no full hour: then everybody asks. */
const SCHEDULE = '17 3 * * *';

/** The plugins that are updated without being asked. */
export async function autoUpdated(site: Site): Promise<string[]> {
  return [...(await site.options.get<string[]>(OPTION))];
}

/** Lets a plugin be updated without being asked, or not any more. @returns whether that changed anything */
export async function setAutoUpdate(site: Site, name: string, isOn: boolean): Promise<boolean> {
  if ((await autoUpdated(site)).includes(name) === isOn) return false;
  await site.options.update<string[]>(OPTION, (names) => {
    const others = names.filter((other) => other !== name);
    return isOn ? [...others, name].sort() : others;
  });
  return true;
}

/** The command does it, in a process of its own, as it would for a person who says no to whatever is out of the ordinary. */
async function updateAll(site: Site, signal: AbortSignal): Promise<void> {
  if ((await autoUpdated(site)).length === 0) return;
  const args = [join(site.root, 'bin', 'galley'), 'plugin', 'update', '--auto', '--format=json'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { signal, env: commandEnv(site) });
    site.log.info({ updates: JSON.parse(stdout) as unknown }, 'Plugins were updated');
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new GalleyError('GALLEY_PLUGIN_FAILED', stderr.trim() || message, { cause: error });
  }
}

/** The same site, whatever started this process. */
function commandEnv(site: Site): NodeJS.ProcessEnv {
  const { _GALLEY_WORKER: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  return { ...env, GALLEY_ENV: site.config.environment.name, GALLEY_CONTENT_DIR: site.config.content.dir };
}

export const autoUpdatesModule: Module = {
  name: 'plugin-auto-updates',
  start(site) {
    site.options.define(OPTION, {
      default: [],
      label: 'Plugins that are updated by themselves',
      autoload: false,
      schema: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    });
    site.cron.define('plugin-updates', {
      schedule: SCHEDULE,
      summary: 'Updates the plugins for which that is switched on.',
      catchUp: false,
      run: (owner, signal) => updateAll(owner, signal),
    });
  },
};
