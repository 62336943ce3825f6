import { join } from 'node:path';
import type { Screen, Site } from 'galley';
import { adoptChild, sendFile, showEditor, undoSave } from './screens.ts';
import type { ThemeEditor } from './theme-editor.ts';

const HELP_TEXTS = [
  'Templates (.hbs) say how pages are built, stylesheets (.css) how they look. Choose a file at the side; what you save is checked first, and pages are made with it before visitors see it.',
  'Themes that come with Galley or from elsewhere are never changed. Your changes are kept in a child theme: it has only the files that you changed, and takes everything else from its parent, so updates of the parent reach you.',
  'The files lie in the content folder of this machine. Where the site runs on several machines that do not share it, copy the child theme to the others.',
];

/** The screens of the theme editor. */
export function addAdmin(site: Site, editor: ThemeEditor): void {
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('theme-editor', join(import.meta.dirname, 'assets'));
  const capability = 'edit_themes';
  const screen = (path: string, title: string, more: Partial<Screen>): void =>
    site.admin.screen({ path, title, capability, ...more });
  const path = { type: 'string', maxLength: 100 };
  screen('/theme-editor', 'Theme editor', {
    menu: { group: 'design', icon: 'code-slash', searchWords: 'code, templates, styles, CSS, site editor' },
    help: HELP_TEXTS,
    keys: [{ keys: 'Ctrl+S', label: 'Save' }],
    longTexts: true,
    query: { file: path },
    get: (page) => showEditor(page, editor),
    post: (page) => sendFile(page, editor),
  });
  screen('/theme-editor/child', 'Make a child theme', { fresh: true, post: (page) => adoptChild(page, editor) });
  screen('/theme-editor/undo', 'Take back a change of the theme', {
    fresh: true,
    post: (page) => undoSave(page, editor),
  });
}
