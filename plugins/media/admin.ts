import { join } from 'node:path';
import type { Screen, Site } from 'galley';
import { LIBRARY_QUERY, readAsked } from './admin-asked.ts';
import { bulk, upload } from './admin-bulk.ts';
import { editImage, publishFile, replaceFile, restoreFile, setFocal } from './admin-edit.ts';
import { askToDelete, deleteFile, saveFile, showFile } from './admin-file.ts';
import { addFolder, askToDeleteFolder, deleteFolder, saveFolder, showFolder } from './admin-folders.ts';
import { showLibrary } from './admin-library.ts';
import { exportLibrary, libraryIds } from './admin-list.ts';
import type { Library } from './library.ts';
import { addPatternUses } from './pattern-uses.ts';

/** The library in the admin: everything at a glance, uploading, folders, and a screen for each file. */
export function addScreens(site: Site, library: Library): void {
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title' | 'capability'>): void =>
    site.admin.screen({ path, title, capability: 'upload_files', ...more });
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('media', join(import.meta.dirname, 'assets'));
  addPatternUses(site, library);
  screen('/media', 'Media', {
    name: 'admin.media',
    menu: {
      group: 'content',
      icon: 'images',
      order: 30,
      searchWords: 'library, pictures, images, photos, files, add or upload',
    },
    help: 'Drop files anywhere on this screen, also many at once; an upload that breaks off goes on where it was. Pictures are made smaller for phones by themselves.',
    query: LIBRARY_QUERY,
    get: (page) => showLibrary(page, library),
    post: (page) => upload(page, library),
  });
  const listed = { query: LIBRARY_QUERY.filter((name) => !['view', 'after', 'before'].includes(name)) };
  site.admin.lists.extend('media', { parameters: listed.query });
  screen('/media/export', 'Media', {
    query: [...LIBRARY_QUERY, 'format'],
    get: async (page) => exportLibrary(page, library, await readAsked(page)),
  });
  screen('/media/ids', 'Media', { query: LIBRARY_QUERY, get: async (page) => libraryIds(page, await readAsked(page)) });
  screen('/media/bulk', 'Media', { post: (page) => bulk(page, library) });
  screen('/media/folders', 'Folders', { post: addFolder });
  screen('/media/folders/:id(int)', 'Folder', { get: showFolder, post: saveFolder });
  screen('/media/folders/:id(int)/delete', 'Delete folder', { get: askToDeleteFolder, post: deleteFolder });
  screen('/media/:id(int)', 'Edit file', {
    name: 'admin.media.file',
    help: 'The alternative text says what a picture shows to those who do not see it. The focal point stays visible in every cut. Replacing the file keeps its address.',
    get: (page) => showFile(page, library),
    post: (page) => saveFile(page, library),
  });
  screen('/media/:id(int)/edit', 'Edit picture', { post: (page) => editImage(page, library) });
  screen('/media/:id(int)/focal', 'Edit picture', { post: (page) => setFocal(page, library) });
  screen('/media/:id(int)/replace', 'Replace file', { post: (page) => replaceFile(page, library) });
  screen('/media/:id(int)/publish', 'Edit file', { post: (page) => publishFile(page, library) });
  screen('/media/:id(int)/restore', 'Edit file', { post: (page) => restoreFile(page, library) });
  screen('/media/:id(int)/delete', 'Delete file', {
    get: (page) => askToDelete(page, library),
    post: (page) => deleteFile(page, library),
  });
}
