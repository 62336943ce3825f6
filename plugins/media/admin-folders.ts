import { GalleyError, isGalleyError, type Reply, type ScreenContext } from 'galley';
import { changeFolder, contentOf, FOLDER_RIGHT, listFolders, makeFolder, needFolder, removeFolder } from './folders.ts';

const idIn = (text: string): number | null => (/^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : null);

/** Makes a folder below the one that is open. */
export async function addFolder(page: ScreenContext): Promise<Reply> {
  const parentId = idIn(page.value('parent'));
  try {
    const { id, name } = await makeFolder(page.site, { name: page.value('name'), parentId }, page.viewer);
    const text = page.t('The folder “{name}” is made.', { name });
    return page.redirect(`/media?folder=${id}`, { kind: 'success', text });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500 || error.status === 403) throw error;
    return page.redirect(parentId ? `/media?folder=${parentId}` : '/media', { kind: 'danger', text: error.message });
  }
}

/** The screen that renames and moves a folder. */
export async function showFolder(page: ScreenContext, problem = '', status = 200): Promise<Reply> {
  const { site, viewer } = page;
  demandRight(page);
  const folder = await needFolder(site, page.id());
  const below = new Set(await site.terms.descendants(folder.id));
  const folders = await listFolders(site);
  const chosen = page.values.has('parent') ? idIn(page.value('parent')) : folder.parentId;
  const data = {
    title: folder.name,
    breadcrumbs: [
      { label: 'Media', url: '/admin/media' },
      { label: folder.name, url: `/admin/media?folder=${folder.id}` },
    ],
    problem,
    name: page.values.has('name') ? page.value('name') : folder.name,
    parents: folders
      .filter(({ id }) => id !== folder.id && !below.has(id))
      .map(({ id, name, depth }) => ({ id, label: '\u2003'.repeat(depth) + name, selected: id === chosen })),
    inside: await inWords(page, folder.id),
    back: `/admin/media?folder=${folder.id}`,
    deleteUrl: `/admin/media/folders/${folder.id}/delete`,
    mayManage: viewer.can(FOLDER_RIGHT),
  };
  return page.view('media/folder', data, { status });
}

/** Renames or moves a folder. */
export async function saveFolder(page: ScreenContext): Promise<Reply> {
  try {
    const change = { name: page.value('name'), parentId: idIn(page.value('parent')) };
    const folder = await changeFolder(page.site, page.id(), change, page.viewer);
    return page.redirect(`/media?folder=${folder.id}`, { kind: 'success', text: page.t('Saved.') });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500 || error.status === 403) throw error;
    return showFolder(page, error.message, error.status);
  }
}

async function inWords(page: ScreenContext, id: number): Promise<string> {
  const { files, folders } = await contentOf(page.site, id, page.viewer);
  const parts = [
    page.t('{count} files', { count: files }, { one: '{count} file' }),
    page.t('{count} folders', { count: folders }, { one: '{count} folder' }),
  ];
  return page.t('In it: {files}, {folders}.', { files: parts[0] ?? '', folders: parts[1] ?? '' });
}

/** Asks before a folder is deleted: what is in it stays. */
export async function askToDeleteFolder(page: ScreenContext): Promise<Reply> {
  demandRight(page);
  const folder = await needFolder(page.site, page.id());
  const above = folder.parentId === null ? undefined : await needFolder(page.site, folder.parentId);
  const { files, folders } = await contentOf(page.site, folder.id, page.viewer);
  const place = above
    ? page.t('They move up into “{name}”.', { name: above.name })
    : page.t('They stay, in no folder.');
  return page.view('act', {
    title: page.t('Delete the folder “{name}”?', { name: folder.name }),
    breadcrumbs: [{ label: 'Media', url: '/admin/media' }],
    question: files + folders === 0 ? page.t('It is empty.') : `${await inWords(page, folder.id)} ${place}`,
    submit: page.t('Delete the folder'),
    isDanger: true,
    cancel: `/admin/media/folders/${folder.id}`,
  });
}

/** Deletes a folder. */
export async function deleteFolder(page: ScreenContext): Promise<Reply> {
  const folder = await needFolder(page.site, page.id());
  await removeFolder(page.site, folder.id, page.viewer);
  const text = page.t('The folder “{name}” is deleted. What was in it is still there.', { name: folder.name });
  return page.redirect(folder.parentId ? `/media?folder=${folder.parentId}` : '/media', { kind: 'success', text });
}

function demandRight(page: ScreenContext): void {
  if (!page.viewer.can(FOLDER_RIGHT))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may use folders, but not change them.');
}
