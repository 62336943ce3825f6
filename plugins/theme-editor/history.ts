import { GalleyError, type HistoryPart, type Site, type Snapshot, type Viewer } from 'galley';
import { KIND, readSubject, snapshotOf } from './file-snapshot.ts';
import type { SaveOutcome, ThemeEditor } from './theme-editor.ts';

/** Gives each file of a child theme a history: its text, and whether the child has a copy of it. */
export function defineFileHistory(site: Site, editor: ThemeEditor): void {
  const read = async (subject: string): Promise<Snapshot> => {
    const { theme, path } = readSubject(subject);
    return snapshotOf(await editor.files(theme).open(path));
  };
  site.histories.define(KIND, {
    title: 'Theme file',
    fresh: true,
    async find(subject, viewer) {
      const { theme, path } = readSubject(subject);
      if (!viewer.can('edit_themes') || (await editor.theme()).name !== theme) return undefined;
      return { title: path, url: fileUrl(path) };
    },
    read,
    parts: (): HistoryPart[] => [
      { name: 'text', label: 'Text', lines: true },
      { name: 'copy', label: 'Where it is', show: (value) => (value ? PLACE_LABELS.child : PLACE_LABELS.theme) },
    ],
    async restore(subject, changes, viewer) {
      await bringBack(editor, readSubject(subject).path, { ...(await read(subject)), ...changes }, viewer);
    },
  });
}

const PLACE_LABELS = { child: 'In the child theme', theme: 'As the theme has it' } as const;

/** The screen of a file. */
export const fileUrl = (path: string): string => `/admin/theme-editor?file=${encodeURIComponent(path)}`;

async function bringBack(editor: ThemeEditor, path: string, wanted: Snapshot, viewer: Viewer): Promise<void> {
  const outcome: SaveOutcome = wanted['copy']
    ? await editor.save({ path, text: String(wanted['text'] ?? '') }, viewer)
    : await editor.remove({ path }, viewer);
  if (outcome.isSaved) return;
  const [first] = outcome.problems;
  throw new GalleyError('GALLEY_THEME_INVALID', `The site cannot be shown with that version. ${first?.message ?? ''}`);
}
