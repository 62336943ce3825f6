import { lstat, mkdir, readlink, rename, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Lets plugins in a content folder outside of the project import `galley`. Node looks for packages upwards from the
 * file that imports them, and from there it would find nothing; so the folder gets a link to the public API.
 *
 * @param contentDir absolute path of the content folder
 * @param root absolute path of the project
 */
export async function linkPublicApi(contentDir: string, root: string): Promise<void> {
  if (!relative(root, contentDir).startsWith('..')) return;
  const target = join(root, 'core');
  const link = join(contentDir, 'node_modules', 'galley');
  const present = await lstat(link).catch(() => undefined);
  // A folder is somebody's own; a link may lead to where the project was before.
  if (present && !present.isSymbolicLink()) return;
  if (present && (await readlink(link)) === target) return;
  await mkdir(join(contentDir, 'node_modules'), { recursive: true });
  const fresh = `${link}.${process.pid}`;
  await symlink(target, fresh, 'dir');
  await rename(fresh, link);
}
