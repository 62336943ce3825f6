import { actOnSelected, json, type ListAction, makeControl, type Reply, type ScreenContext, selectedIds } from 'galley';
import type { LibraryAsked } from './admin-asked.ts';
import type { BulkResult } from './changes.ts';
import { type Folder, listFolders } from './folders.ts';
import type { Library } from './library.ts';

const capability = 'upload_files';
const BULK = '/admin/media/bulk';
const MAX_FOLDERS = 100;

/** Something to do with ticked files, and where the list offers it. */
interface MediaAction extends ListAction {
  isOffered(asked: LibraryAsked): boolean;
}

const resultOf = ({ done, refused }: BulkResult): { done: number[]; refusal: string } => ({
  done,
  refusal: [...new Set(refused.map(({ reason }) => reason))].join(' '),
});

const inTrash = ({ query }: LibraryAsked): boolean => query.trash === true;
const isLive = (asked: LibraryAsked): boolean => !inTrash(asked);

/** All that can be done with the files that are ticked in the list, each folder being a place to move them to. */
export function actionsOf(page: ScreenContext, { changes }: Library, folders: readonly Folder[]): MediaAction[] {
  const move = (name: string, label: string, folder: number | null): MediaAction => ({
    name,
    label,
    capability,
    isOffered: (asked) =>
      isLive(asked) && (folder === null ? asked.query.folder !== undefined : asked.query.folder !== folder),
    run: async (ids, { viewer }) => resultOf(await changes.move(ids, folder, viewer)),
    said: (count) => page.t('{count} files moved.', { count }, { one: '{count} file moved.' }),
  });
  return [
    ...folders
      .slice(0, MAX_FOLDERS)
      .map(({ id, name }) => move(`move-${id}`, page.t('Move to “{folder}”', { folder: name }), id)),
    move('move-out', 'Take out of the folder', null),
    {
      name: 'credit',
      label: 'Set credit …',
      capability,
      isOffered: isLive,
      run: async (ids) => resultOf(await changes.credit(ids, page.value('credit').slice(0, 300), page.viewer)),
      said: (count) =>
        page.t('The credit of {count} files is saved.', { count }, { one: 'The credit of {count} file is saved.' }),
    },
    {
      name: 'trash',
      label: 'Move to trash',
      capability,
      isOffered: isLive,
      undo: 'restore',
      run: async (ids, { viewer }) => resultOf(await changes.trash(ids, viewer)),
      said: (count) =>
        page.t('{count} files moved to the trash.', { count }, { one: '{count} file moved to the trash.' }),
    },
    {
      name: 'restore',
      label: 'Take out of the trash',
      capability,
      isOffered: inTrash,
      undo: 'trash',
      run: async (ids, { viewer }) => resultOf(await changes.restore(ids, viewer)),
      said: (count) => page.t('{count} files are back.', { count }, { one: '{count} file is back.' }),
    },
    {
      name: 'remove',
      label: 'Delete for good',
      capability,
      isOffered: inTrash,
      isDanger: true,
      run: async (ids, { viewer }) => resultOf(await changes.remove(ids, viewer)),
      said: (count) => page.t('{count} files deleted for good.', { count }, { one: '{count} file deleted for good.' }),
    },
  ];
}

/** Does with the files that are selected in the list what was chosen; the credit is asked for first. */
export async function actOnListed(page: ScreenContext, library: Library, back: string): Promise<Reply> {
  const ids = selectedIds(page);
  if (page.value('action') === 'credit' && !page.values.has('credit') && ids.length > 0)
    return askForCredit(page, ids, back);
  const acts = actionsOf(page, library, await listFolders(page.site));
  return actOnSelected(page, { list: 'media', url: BULK, back, acts });
}

function askForCredit(page: ScreenContext, ids: readonly number[], back: string): Promise<Reply> | Reply {
  const refusal = page.t('Set the credit of a page of files at a time.');
  if (page.wantsJson) return json({ done: [], left: ids.length, refusal, said: '', undo: '' });
  const field = { kind: 'text', label: 'Credit', maxLength: 300 } as const;
  return page.view('act', {
    title: page.t('Set credit'),
    breadcrumbs: [{ label: 'Media', url: '/admin/media' }],
    hidden: [
      { name: 'action', value: 'credit' },
      { name: 'ids', value: ids.join(',') },
      { name: 'back', value: back },
    ],
    question: page.t('Who made {count} files?', { count: ids.length }, { one: 'Who made this file?' }),
    controls: [makeControl(field, { name: 'credit', value: '', zone: 'UTC' })],
    submit: 'Set credit',
    cancel: back,
  });
}
