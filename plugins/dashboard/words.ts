import type { Entry, EntryStatus } from 'galley';

/** How a status is shown: a word and the colour that goes with it. */
export interface StatusWord {
  word: string;
  tone: string;
}

/** The states of entries in the words of editors. */
export const STATUS_WORDS: Record<EntryStatus, StatusWord> = {
  publish: { word: 'Published', tone: 'success' },
  future: { word: 'Scheduled', tone: 'info' },
  pending: { word: 'In review', tone: 'warning' },
  draft: { word: 'Draft', tone: 'muted' },
  private: { word: 'Private', tone: 'ink' },
  trash: { word: 'In the trash', tone: 'danger' },
  inherit: { word: 'File', tone: 'muted' },
  'auto-draft': { word: 'Just begun', tone: 'muted' },
};

const SHOWN_TITLE = 120;

/** The title of an entry as lists show it. */
export function titleOf({ title, id }: Pick<Entry, 'title' | 'id'>, plain: (html: string) => string): string {
  const text = plain(title).trim();
  return text === '' ? `Without a title (${id})` : text.length > SHOWN_TITLE ? `${text.slice(0, SHOWN_TITLE)}…` : text;
}
