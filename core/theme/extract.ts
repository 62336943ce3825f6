import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { saidTexts } from '../lib/said-texts.ts';
import { calledTexts, registeredTexts, type ScriptText } from '../lib/script-texts.ts';
import { pluginTexts, themeTexts } from './manifest-texts.ts';
import { patternTexts } from './pattern-texts.ts';
import { listFiles } from './template-files.ts';
import { readPattern } from './theme-patterns.ts';

/** A text that people read, with the first place where it stands. */
export interface SourceText {
  text: string;
  /** Whether a count chooses its form. */
  isPlural: boolean;
  /** `views/templates/home.hbs:3`. */
  place: string;
}

const LEFT_OUT =
  /\/package\.json$|(^|\/)(node_modules|migrations|locales|test|docs|fixtures)\/|\.test\.[jt]s$|(^|\/)test-[\w-]+\.ts$|\.d\.ts$|^core\/theme\/theme-new\.ts$/;
/** Who works on the command line reads English. */
const COMMANDS = /(^|[\\/])([\w-]+-)?cli(-[\w-]+)?\.ts$|[\\/]command-[\w-]+\.ts$/;
/** What is read by programs: refusals of requests that no page of ours sends, and of what contained plugins ask for. */
const FOR_PROGRAMS = /^core[\\/](contained|http[\\/](?!health|errors|admission|gate|rate-limit|uploads|validation))/;
/** The parts of core that people see something of; what else is said stays English, as all of the command line does. */
export const CORE_PARTS: readonly string[] = [
  'admin',
  'contained',
  'content',
  'http',
  'identity',
  'services/packages',
  'theme',
  'lib/suggest.ts',
  'services/jobs.ts',
  'services/cron.ts',
  'services/storage.ts',
  'services/plugin-choice.ts',
  'kernel/plugin-order.ts',
].map((part) => `core/${part}`);
const PATTERN = /(^|[\\/])patterns[\\/][^\\/]+\.html$/;
const CALL = /[{(]\s*t\s+(?:'([^']*)'|"([^"]*)")(?=([^}]*))/g;

/**
 * All texts of a folder: `{{t '…'}}` of its templates, `t('…')` of its scripts, what its errors and health checks say,
 * and the plain labels of what it registers. Constants that hold such labels have names that end with WORDS, LABELS, TITLES, TEXTS, HINTS or GROUPS.
 *
 * @param folders below `directory`, or files; all of it unless given
 */
export async function sourceTexts(
  directory: string,
  folders: readonly string[] = [''],
): Promise<Map<string, SourceText>> {
  const found = new Map<string, SourceText>();
  for (const folder of folders) {
    const names = folder.endsWith('.ts') ? [''] : await listFiles(join(directory, folder));
    for (const name of names) {
      const path = join(folder, name).replaceAll('\\', '/');
      if (LEFT_OUT.test(path)) continue;
      const texts = await textsOfFile(directory, path);
      for (const { text, line, isPlural } of texts) {
        const known = found.get(text);
        if (known) known.isPlural ||= isPlural;
        else if (text.trim() !== '') found.set(text, { text, isPlural, place: `${path}:${line}` });
      }
    }
  }
  return found;
}

async function textsOfFile(directory: string, name: string): Promise<ScriptText[]> {
  const path = join(directory, name);
  if (path.endsWith('.hbs')) return templateTexts(await readFile(path, 'utf8'));
  if (path.endsWith('.json')) return manifestTexts(path);
  if (PATTERN.test(path)) {
    const texts = patternTexts(readPattern(basename(path, '.html'), await readFile(path, 'utf8')));
    return texts.map((text) => ({ text, line: 1, isPlural: false }));
  }
  if (!/\.[jt]s$/.test(path)) return [];
  const source = await readFile(path, 'utf8');
  return [
    ...calledTexts(source),
    ...(path.endsWith('.ts')
      ? [...registeredTexts(source), ...(COMMANDS.test(name) || FOR_PROGRAMS.test(name) ? [] : saidTexts(source))]
      : []),
  ];
}

async function manifestTexts(path: string): Promise<ScriptText[]> {
  const read = { 'theme.json': themeTexts, 'package.json': pluginTexts }[basename(path)];
  const texts = read ? read(JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>) : [];
  return texts.map((text) => ({ text, line: 1, isPlural: false }));
}

function templateTexts(source: string): ScriptText[] {
  return [...source.matchAll(CALL)].map((match) => {
    const [, single, double, rest = ''] = match;
    const line = source.slice(0, match.index).split('\n').length;
    return { text: single ?? double ?? '', line, isPlural: /\bcount=/.test(rest) && /\bone=/.test(rest) };
  });
}
