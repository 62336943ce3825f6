import {
  GalleyError,
  historyLink,
  isGalleyError,
  type Notice,
  type Reply,
  type ScreenContext,
  type TemplateProblem,
} from 'galley';
import { kindOf } from './file-path.ts';
import { KIND, subjectOf } from './file-snapshot.ts';
import { treeOf } from './file-tree.ts';
import { fileUrl } from './history.ts';
import { samplePath } from './rehearsal.ts';
import { stateOf, type ThemeEditor } from './theme-editor.ts';
import type { OpenedThemeFile } from './theme-files.ts';
import { Tryout } from './tryout.ts';

const FIRST = 'templates/index.hbs';

/** What was sent and not saved. */
interface Rejected {
  /** What was typed, if anything. */
  text: string | undefined;
  problems: readonly { file: string; line: number; message: string }[];
  status: number;
  notice?: Notice;
}

/** The files of the theme, and the text of one of them. */
export async function showEditor(page: ScreenContext, editor: ThemeEditor, rejected?: Rejected): Promise<Reply> {
  const theme = await editor.theme();
  const asked = rejected ? page.value('file') : page.text('file');
  const path = kindOf(asked) ? asked : FIRST;
  const files = editor.files(theme.name);
  const tryout = new Tryout(page, editor);
  const [list, file, isTried] = await Promise.all([files.list(), files.open(path), tryout.isOn(theme.name)]);
  const text = rejected?.text ?? (isTried ? await tryout.textOf(path) : undefined);
  const data = {
    title: page.t('Theme editor'),
    intro: theme.title,
    theme,
    tree: treeOf(page, list, { current: path, isChild: theme.isChild }),
    ...(await fileView(page, { path, file, text, rejected, canSave: theme.isChild && editor.isOn })),
    isTried,
    isFileTried: isTried && rejected === undefined && text !== undefined,
    frameUrl: isTried ? await samplePath(page.site, path) : '',
    canTry: page.viewer.can('edit_theme_options'),
    isOn: editor.isOn,
    example: 'templates/page-about.hbs',
    childTitle: page.t('{theme}: own changes', { theme: theme.title }),
    notices: noticesOf(page, { asked, path, rejected }),
    actions: file && theme.isChild ? historyLink(page, KIND, subjectOf(theme.name, path)) : [],
    stylesheets: [await page.site.assets.url('theme-editor', 'theme-editor.css')],
    scripts: [await page.site.assets.url('theme-editor', 'theme-editor.js')],
  };
  // The site stands in a frame below a text that is tried.
  return page.view('theme-editor/editor', data, { status: rejected?.status ?? 200, hasFrames: isTried });
}

interface Shown {
  path: string;
  file: OpenedThemeFile | undefined;
  /** What stands in the form instead of the text of the file. */
  text: string | undefined;
  rejected: Rejected | undefined;
  canSave: boolean;
}

async function fileView(
  page: ScreenContext,
  { path, file, text: given, rejected, canSave }: Shown,
): Promise<Record<string, unknown>> {
  const themes = await page.site.themes.list();
  const text = given ?? file?.text ?? '';
  const problems = (rejected?.problems ?? []).map((problem) => ({
    ...problem,
    isHere: problem.file.endsWith(`/${path}`),
  }));
  return {
    path,
    text,
    rows: Math.min(40, Math.max(12, text.split('\n').length + 1)),
    language: path.endsWith('.css') ? 'css' : path.endsWith('.json') ? 'json' : 'html',
    state: stateOf(file),
    isNew: file === undefined,
    isOwn: canSave && file?.isOwn,
    isCopy: file?.isCopy ?? false,
    fromTitle: themes.find(({ name }) => name === file?.from)?.title ?? '',
    canSave,
    canRemove: canSave && file?.isOwn && file.kind !== 'settings',
    problems,
    mistakes: problems.flatMap(({ isHere, line }) => (isHere ? line : [])),
  };
}

function noticesOf(
  page: ScreenContext,
  { asked, path, rejected }: { asked: string; path: string; rejected: Rejected | undefined },
): Notice[] {
  if (rejected?.notice) return [rejected.notice];
  if (asked === '' || asked === path) return [];
  return [{ kind: 'warning', text: page.t('That is no template, stylesheet or settings file of a theme.') }];
}

/** Tries or saves the text of a file, takes the own copy away, or throws away what is tried. */
export async function sendFile(page: ScreenContext, editor: ThemeEditor): Promise<Reply> {
  const [path, act] = [page.value('file'), page.value('do')];
  const tryout = new Tryout(page, editor);
  if (act === 'discard') return discard(page, tryout);
  if (!page.isFresh()) return page.confirm();
  const text = act === 'remove' ? undefined : page.value('text');
  try {
    const problems = await change(page, { editor, tryout });
    if (problems.length > 0) return await showEditor(page, editor, { text, problems, status: 422 });
  } catch (error) {
    return refuse(page, editor, { error, text });
  }
  if (act === 'try') return page.redirect(`${fileUrl(path)}#try`);
  await tryout.forget(path);
  const said = act === 'remove' ? await removedText(page, editor, path) : page.t('Saved. Visitors see it now.');
  return page.redirect(fileUrl(path), await savedNotice(page, editor, { path, text: said }));
}

/** @returns what is wrong with the change; then it was not made */
async function change(
  page: ScreenContext,
  { editor, tryout }: { editor: ThemeEditor; tryout: Tryout },
): Promise<readonly TemplateProblem[]> {
  const [path, text, state] = ['file', 'text', 'state'].map((name) => page.value(name)) as [string, string, string];
  const { viewer } = page;
  if (page.value('do') === 'try') return tryout.start({ path, text });
  const outcome =
    page.value('do') === 'remove'
      ? await editor.remove({ path, state }, viewer)
      : await editor.save({ path, text: needText(page), state }, viewer);
  return outcome.isSaved ? [] : outcome.problems;
}

/** A form that was cut off must not empty a file. */
function needText(page: ScreenContext): string {
  if (page.values.has('text')) return page.value('text');
  throw new GalleyError('GALLEY_INPUT_INVALID', 'The text did not arrive. Send it again.');
}

async function discard(page: ScreenContext, tryout: Tryout): Promise<Reply> {
  await tryout.stop();
  const text = page.t('Thrown away. Visitors saw nothing of it.');
  return page.redirect(fileUrl(page.value('file')), { kind: 'info', text });
}

async function removedText(page: ScreenContext, editor: ThemeEditor, path: string): Promise<string> {
  const isThere = (await editor.files((await editor.theme()).name).open(path)) !== undefined;
  return isThere
    ? page.t('Taken away. Visitors see the file of the parent theme now.')
    : page.t('Deleted. Visitors do without it now.');
}

/** What was typed is shown again with the reason. */
function refuse(
  page: ScreenContext,
  editor: ThemeEditor,
  { error, text }: { error: unknown; text: string | undefined },
): Promise<Reply> {
  if (!isGalleyError(error) || error.status >= 500 || error.code === 'GALLEY_PERMISSION_DENIED') throw error;
  const isConflict = error.code === 'GALLEY_ENTRY_CONFLICT';
  const words = isConflict
    ? page.t(
        'Not saved: somebody else changed this file meanwhile. Your text is below. Compare it under “Earlier versions”, then save it again.',
      )
    : page.t('Not saved. {reason}', { reason: error.message });
  const notice: Notice = { kind: isConflict ? 'warning' : 'danger', text: words };
  return showEditor(page, editor, { text, problems: [], status: error.status, notice });
}

async function savedNotice(
  page: ScreenContext,
  editor: ThemeEditor,
  { path, text }: { path: string; text: string },
): Promise<Notice> {
  const { histories } = page.site;
  const subject = subjectOf((await editor.theme()).name, path);
  const [now, before] = await histories.list(KIND, subject, page.viewer);
  const link = { label: page.t('Look at it'), url: '/' };
  if (!now || !before) return { kind: 'success', text, link };
  const values = { file: path, version: String(before.id), state: histories.stateOf(now.snapshot) };
  const undo = { label: page.t('Undo'), action: '/admin/theme-editor/undo', values };
  return { kind: 'success', text, link, undo };
}

/** Makes a file what it was before it was saved, unless somebody has changed it since. */
export async function undoSave(page: ScreenContext, editor: ThemeEditor): Promise<Reply> {
  const path = page.value('file');
  const subject = subjectOf((await editor.theme()).name, path);
  try {
    const options = { viewer: page.viewer, state: page.value('state') };
    await page.site.histories.restore(KIND, subject, Number(page.value('version')), options);
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500 || error.code === 'GALLEY_PERMISSION_DENIED') throw error;
    return page.redirect(fileUrl(path), {
      kind: 'warning',
      text: page.t('Not taken back. {reason}', { reason: error.message }),
    });
  }
  return page.redirect(fileUrl(path), { kind: 'success', text: page.t('The file is as it was before.') });
}

/** Makes the child theme that keeps changes. */
export async function adoptChild(page: ScreenContext, editor: ThemeEditor): Promise<Reply> {
  const path = page.value('file') || FIRST;
  try {
    await editor.adopt(page.value('title').trim().slice(0, 200), page.viewer);
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500 || error.code === 'GALLEY_PERMISSION_DENIED') throw error;
    return page.redirect(fileUrl(path), { kind: 'danger', text: error.message });
  }
  const text = page.t('The child theme is there, and it is the theme of the site now. Visitors see no difference yet.');
  return page.redirect(fileUrl(path), { kind: 'success', text });
}
