import type { AdminCommand, ReaderInput } from 'galley';
import { FOLDERS } from './folders.ts';
import { entryQuery, titleOf } from './items.ts';

const FOUND_FILES = 8;
const FOUND_FOLDERS = 4;

/** The files and folders of the library that Ctrl+K finds by their names, files from the newest on, for whoever may use the library. */
export async function findFiles({ site, viewer, search }: ReaderInput & { search: string }): Promise<AdminCommand[]> {
  if (search === '' || !viewer.can('upload_files')) return [];
  const [{ items }, folders] = await Promise.all([
    site.entries.find({ ...entryQuery({ text: search }), limit: FOUND_FILES }, viewer),
    site.terms.list(FOLDERS, { search, limit: FOUND_FOLDERS }),
  ]);
  const shared = { group: 'Files', isFound: true } as const;
  return [
    ...items.map((entry) => ({ ...shared, label: titleOf(entry), url: `/admin/media/${entry.id}`, note: 'File' })),
    ...folders.map(({ id, name }) => ({ ...shared, label: name, url: `/admin/media?folder=${id}`, note: 'Folder' })),
  ];
}
