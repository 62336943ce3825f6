import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PatternDefinition } from '../content/patterns.ts';
import { listFiles, type TemplateFolder } from './template-files.ts';

/** A pattern of a theme. */
export interface ThemePattern extends PatternDefinition {
  /** `<theme>/<file without .html>`. */
  name: string;
}

const HEADER = /^\s*<!--([\s\S]*?)-->\s*/;
const MEMBERS = ['title', 'category', 'description', 'keywords'] as const;

/**
 * Reads a pattern: block markup after a comment with a line for each of what it is called, where it belongs, what it is
 * for, and words that find it.
 *
 * @example readPattern('default/facts', '<!--\nTitle: Facts\nCategory: Text\n-->\n<!-- wp:paragraph -->…')
 */
export function readPattern(name: string, source: string): ThemePattern {
  const [all = '', header = ''] = HEADER.exec(source) ?? [];
  const isHeader = /^\s*title\s*:/im.test(header);
  const pattern: ThemePattern = {
    name,
    title: name.replace(/^.*\//, '').replaceAll('-', ' '),
    content: (isHeader ? source.slice(all.length) : source).trim(),
  };
  for (const member of isHeader ? MEMBERS : []) {
    const value = new RegExp(`^\\s*${member}\\s*:(.*)$`, 'im').exec(header)?.[1]?.trim();
    if (value) pattern[member] = value;
  }
  return pattern;
}

/** The patterns of a theme and its parents: `patterns/*.html`. One of the child stands for its parent's of that name. */
export async function readPatterns(folders: readonly TemplateFolder[]): Promise<ThemePattern[]> {
  const found = new Map<string, ThemePattern>();
  for (const { name, directory } of folders) {
    for (const file of await listFiles(join(directory, 'patterns'), '.html')) {
      if (found.has(file)) continue;
      const source = await readFile(join(directory, 'patterns', file), 'utf8');
      found.set(file, readPattern(`${name}/${file.slice(0, -'.html'.length)}`, source));
    }
  }
  return [...found.values()];
}
