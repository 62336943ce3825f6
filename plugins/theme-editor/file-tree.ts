import type { ScreenContext } from 'galley';
import type { FileKind } from './file-path.ts';
import { fileUrl } from './history.ts';
import type { ThemeFile } from './theme-files.ts';

interface TreeFile {
  name: string;
  url: string;
  isCurrent: boolean;
  /** Changed in the child theme. */
  isOwn: boolean;
}

interface TreeGroup {
  title: string;
  files: TreeFile[];
  isOpen: boolean;
}

const KINDS: readonly FileKind[] = ['templates', 'partials', 'layouts', 'styles', 'settings'];

function titleOf(page: ScreenContext, kind: FileKind): string {
  if (kind === 'templates') return page.t('Templates');
  if (kind === 'partials') return page.t('Partials');
  if (kind === 'layouts') return page.t('Layouts');
  return kind === 'styles' ? page.t('Stylesheets') : page.t('Settings of the theme');
}

/** The files of the theme in groups, for the list beside the editor. */
export function treeOf(
  page: ScreenContext,
  files: readonly ThemeFile[],
  { current, isChild }: { current: string; isChild: boolean },
): TreeGroup[] {
  return KINDS.map((kind) => {
    const own = files.filter((file) => file.kind === kind && (kind !== 'settings' || isChild));
    return {
      title: titleOf(page, kind),
      isOpen: kind === 'templates' || own.some(({ path }) => path === current),
      files: own.map(({ path, isOwn }) => ({
        name: path.slice(path.indexOf('/') + 1),
        url: fileUrl(path),
        isCurrent: path === current,
        isOwn: isOwn && isChild && kind !== 'settings',
      })),
    };
  }).filter((group) => group.files.length > 0);
}
