import { messageOf } from '../lib/errors.ts';
import { plain } from './format.ts';

const LONGEST = 400;
const TAIL = 120;

/** What the system's own errors mean. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'This user may not open it',
  EEXIST: 'It is there already',
  EISDIR: 'That is a folder and not a file',
  EMFILE: 'Too many files are open',
  ENAMETOOLONG: 'That name is too long',
  ENOENT: 'There is no such file or folder',
  ENOSPC: 'The disk is full',
  ENOTDIR: 'A part of that path is no folder',
  EPERM: 'This user may not do that',
  EROFS: 'Nothing can be written there',
};

/** One line that a person can read, whatever was typed into it: its middle goes where it is long. */
export function shortLine(text: string): string {
  const line = plain(text.trim());
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - TAIL)} … ${line.slice(-TAIL)}`;
}

/** What went wrong, in a line: an error of the system in words, with the path that it is about. */
export function failureLine(error: unknown): string {
  const { code = '', path = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const words = Object.hasOwn(SYSTEM, code) ? SYSTEM[code] : undefined;
  return shortLine(words === undefined ? messageOf(error) : `${words}: ${path || messageOf(error)}`);
}
