import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Registration } from '../kernel/registry.ts';
import type { Site } from '../kernel/site.ts';
import type { CommandDefinition } from '../services/commands.ts';
import { readConfig } from '../services/config.ts';
import type { Place } from './session.ts';

/** A first word of commands of plugins. */
export interface KnownNoun {
  noun: string;
  summary: string;
}

function fileIn(contentDir: string): string {
  return join(contentDir, 'cache', 'commands.json');
}

/** The nouns of plugins as they were when the site was last started, so that help need not start it. */
export async function readKnownCommands(place: Place): Promise<KnownNoun[]> {
  try {
    const { config } = await readConfig({ ...place, makeSecret: false });
    const known: unknown = JSON.parse(await readFile(fileIn(config.content.dir), 'utf8'));
    return Array.isArray(known) ? (known as KnownNoun[]).filter(({ noun }) => typeof noun === 'string') : [];
  } catch {
    return [];
  }
}

/** Remembers the nouns of plugins, where they changed. That it cannot be written harms nothing. */
export async function writeKnownCommands(
  site: Site,
  commands: readonly Registration<CommandDefinition>[],
): Promise<void> {
  const nouns = new Map<string, string>();
  for (const { name, value, owner } of commands) {
    const [noun = '', verb] = name.split(' ');
    nouns.set(noun, verb === undefined ? value.summary : (nouns.get(noun) ?? `Commands of the plugin ${owner}.`));
  }
  const text = JSON.stringify([...nouns].map(([noun, summary]) => ({ noun, summary })));
  const file = fileIn(site.config.content.dir);
  try {
    if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.${process.pid}`, text);
    await rename(`${file}.${process.pid}`, file);
  } catch {
    // Only the overview of commands is poorer for it.
  }
}
