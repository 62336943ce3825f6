import type { Snapshot } from 'galley';
import type { OpenedThemeFile } from './theme-files.ts';

/** The kind of the histories of files. */
export const KIND = 'theme-file';
/** Stands for `/` in an address. */
const SLASH = '~';

/** What a file is called among histories: `gallery-child:templates~single.hbs`. */
export const subjectOf = (theme: string, path: string): string => `${theme}:${path.replaceAll('/', SLASH)}`;

/** The theme and the path that a subject stands for. */
export function readSubject(subject: string): { theme: string; path: string } {
  const [theme = '', path = ''] = subject.split(':');
  return { theme, path: path.replaceAll(SLASH, '/') };
}

/** A file as it is now: its text, and whether that is a copy in the child theme. */
export const snapshotOf = (file: Partial<Pick<OpenedThemeFile, 'text' | 'isOwn'>> | undefined): Snapshot => ({
  copy: file?.isOwn ?? false,
  text: file?.text ?? '',
});
