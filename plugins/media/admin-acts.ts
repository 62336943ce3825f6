import {
  type AskedText,
  actOnSelected,
  type ListAction,
  type ListActionResult,
  type Reply,
  type ScreenContext,
} from 'galley';
import type { LibraryAsked } from './admin-asked.ts';
import type { BulkResult, FormerPlace } from './changes.ts';
import { type Folder, listFolders } from './folders.ts';
import type { Library } from './library.ts';

const capability = 'upload_files';
const BULK = '/admin/media/bulk';
const MAX_FOLDERS = 100;

/** Something to do with ticked files, and where the list offers it. */
interface MediaAction extends ListAction {
  isOffered(asked: LibraryAsked): boolean;
}

const resultOf = (page: ScreenContext, { done, refused }: BulkResult): ListActionResult => ({
  done,
  refusal: reasonsOf(page, refused).join(' '),
});

/** Why files were left as they are, in the reader's language, each reason once. */
export const reasonsOf = (page: ScreenContext, refused: BulkResult['refused']): string[] => [
  ...new Set(refused.map(({ reason }) => page.t(reason))),
];

/** Name of the act that puts files back to where they were. */
export const MOVE_BACK = 'move-back';

/** What is sent to it: `3:12,14;0:15` for two files of folder 3 and one that was in none. */
export const placesText = (places: readonly FormerPlace[]): string =>
  places.map(({ folder, ids }) => `${folder ?? 0}:${ids.join(',')}`).join(';');

function readPlaces(text: string): FormerPlace[] {
  const parts = text.split(';').flatMap((part) => {
    const [, folder, ids = ''] = /^(\d{1,15}):(\d{1,15}(?:,\d{1,15})*)$/.exec(part) ?? [];
    return folder === undefined ? [] : [{ folder: Number(folder) || null, ids: ids.split(',').map(Number) }];
  });
  return parts;
}

const inTrash = ({ query }: LibraryAsked): boolean => query.trash === true;
const isLive = (asked: LibraryAsked): boolean => !inTrash(asked);

/** What can be said of many files at once. */
interface Description {
  label: string;
  asks: AskedText & { name: 'credit' | 'alt' | 'caption' };
}

/** All that can be done with the files that are ticked in the list, each folder being a place to move them to. */
export function actionsOf(page: ScreenContext, { changes }: Library, folders: readonly Folder[]): MediaAction[] {
  const movedWords = (count: number): string =>
    page.t('{count} files moved.', { count }, { one: '{count} file moved.' });
  const move = (name: string, label: string, folder: number | null): MediaAction => ({
    name,
    label,
    capability,
    isOffered: (asked) =>
      isLive(asked) && (folder === null ? asked.query.folder !== undefined : asked.query.folder !== folder),
    undo: MOVE_BACK,
    run: async (ids, { viewer }) => {
      const moved = await changes.move(ids, folder, viewer);
      return { ...resultOf(page, moved), undo: { places: placesText(moved.from) } };
    },
    said: movedWords,
  });
  const describe = ({ label, asks }: Description): MediaAction => ({
    name: asks.name,
    label,
    capability,
    asks,
    isOffered: isLive,
    run: async (ids) => {
      const text = page.value(asks.name).slice(0, asks.maxLength);
      return resultOf(page, await changes.describe(ids, { [asks.name]: text }, page.viewer));
    },
    said: (count) => page.t('It is saved for {count} files.', { count }, { one: 'It is saved for {count} file.' }),
  });
  return [
    ...folders
      .slice(0, MAX_FOLDERS)
      .map(({ id, name }) => move(`move-${id}`, page.t('Move to “{folder}”', { folder: name }), id)),
    move('move-out', 'Take out of the folder', null),
    {
      name: MOVE_BACK,
      label: 'Move back',
      capability,
      isOffered: () => false,
      run: async (_, { viewer }) => resultOf(page, await changes.moveBack(readPlaces(page.value('places')), viewer)),
      said: movedWords,
    },
    describe({ label: 'Set credit …', asks: { name: 'credit', label: 'Credit', maxLength: 300 } }),
    describe({ label: 'Set alternative text …', asks: { name: 'alt', label: 'Alternative text', maxLength: 1000 } }),
    describe({ label: 'Set caption …', asks: { name: 'caption', label: 'Caption', maxLength: 10_000, isLong: true } }),
    {
      name: 'trash',
      label: 'Move to trash',
      capability,
      isOffered: isLive,
      undo: 'restore',
      run: async (ids, { viewer }) => resultOf(page, await changes.trash(ids, viewer)),
      said: (count) =>
        page.t('{count} files moved to the trash.', { count }, { one: '{count} file moved to the trash.' }),
    },
    {
      name: 'restore',
      label: 'Take out of the trash',
      capability,
      isOffered: inTrash,
      undo: 'trash',
      run: async (ids, { viewer }) => resultOf(page, await changes.restore(ids, viewer)),
      said: (count) => page.t('{count} files are back.', { count }, { one: '{count} file is back.' }),
    },
    {
      name: 'remove',
      label: 'Delete for good',
      capability,
      isOffered: inTrash,
      isDanger: true,
      run: async (ids, { viewer }) => resultOf(page, await changes.remove(ids, viewer)),
      said: (count) => page.t('{count} files deleted for good.', { count }, { one: '{count} file deleted for good.' }),
    },
  ];
}

/** Does with the files that are selected in the list what was chosen. */
export async function actOnListed(page: ScreenContext, library: Library, back: string): Promise<Reply> {
  const acts = actionsOf(page, library, await listFolders(page.site));
  return actOnSelected(page, { list: 'media', url: BULK, back, acts });
}
