import { type Editor, getMarkRange } from '@tiptap/core';
import type { Mark } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { announce, openDialog, t } from 'galley/client';
import { LinkSearch } from '../tools/link-search.ts';
import { box, button, newId, text } from './elements.ts';

const EMPTY: readonly (readonly [string, string])[] = [];

/** The link at the cursor and how far it goes. */
function linkAt(editor: Editor): { from: number; to: number; mark: Mark | undefined } {
  const { selection, schema } = editor.state;
  const type = schema.marks['link'];
  const { $from, from, to } = selection;
  const mark = type?.isInSet($from.marks()) ?? type?.isInSet($from.nodeAfter?.marks ?? []);
  const range = mark && getMarkRange($from, mark.type, mark.attrs);
  return range ? { ...range, mark } : { from, to, mark: undefined };
}

const isSafe = (address: string): boolean => !/^\s*(javascript|data|vbscript):/i.test(address);

/** An address as it was meant: `example.org` and `ann@example.org` too. */
function completed(typed: string): string {
  const address = typed.trim();
  if (/^[\w.+-]+@[\w-]+\.[\w.-]+$/.test(address)) return `mailto:${address}`;
  return /^[\w-]+(\.[\w-]+)+([/?#].*)?$/.test(address) ? `https://${address}` : address;
}

/** A box to tick. */
function check(label: string, isOn: boolean): { element: HTMLElement; input: HTMLInputElement } {
  const input = document.createElement('input');
  input.type = 'checkbox';
  input.className = 'form-check-input';
  input.id = newId('check');
  input.checked = isOn;
  const words = text('label', label, 'form-check-label');
  words.setAttribute('for', input.id);
  return { element: box('form-check', input, words), input };
}

const opensNewTab = (html: typeof EMPTY): boolean =>
  html.some(([name, value]) => name === 'target' && value === '_blank');

/** The attributes of a link besides its address: where it opens, and that the page opened there learns nothing of this one. */
function withTarget(html: typeof EMPTY, isNewTab: boolean): (readonly [string, string])[] {
  if (isNewTab === opensNewTab(html)) return html.filter(([name]) => name !== 'href');
  const others = html.filter(([name]) => !['href', 'target', 'rel'].includes(name));
  const before = html.find(([name]) => name === 'rel')?.[1] ?? '';
  const rel = before.split(/\s+/).filter((word) => word !== '' && word !== 'noopener');
  if (isNewTab) rel.push('noopener');
  const target: (readonly [string, string])[] = isNewTab ? [['target', '_blank']] : [];
  return [...others, ...target, ...(rel.length > 0 ? [['rel', rel.join(' ')] as const] : [])];
}

/** Asks where the selected words lead, and links them; or changes and removes the link at the cursor. */
export function editLink(editor: Editor): void {
  const { from, to, mark } = linkAt(editor);
  const html = (mark?.attrs['html'] ?? EMPTY) as typeof EMPTY;
  const search = new LinkSearch(html.find(([name]) => name === 'href')?.[1] ?? '', () => done(completed(input.value)));
  const { input } = search;
  const tab = check(t('Open in a new tab'), opensNewTab(html));
  const set = (address: string): void => {
    const type = editor.schema.marks['link'];
    if (!type) return;
    const { tr } = editor.state;
    tr.removeMark(from, to, type);
    const made = type.create({ tag: 'a', html: [['href', address], ...withTarget(html, tab.input.checked)] });
    const words = search.titleOf(address) ?? address;
    if (address !== '' && from === to) tr.insert(from, editor.schema.text(words, [made]));
    else if (address !== '') tr.addMark(from, to, made);
    tr.setSelection(TextSelection.create(tr.doc, address !== '' && from === to ? from + words.length : to));
    editor.view.dispatch(tr.removeStoredMark(type));
  };
  const done = (address: string): void => {
    if (!isSafe(address)) {
      announce(t('This address cannot be linked.'));
      return;
    }
    dialog.close();
    set(address);
    editor.view.focus();
  };
  const remove = button({
    title: t('Remove the link'),
    label: t('Remove the link'),
    className: 'btn btn-secondary',
    press: () => done(''),
  });
  const apply = button({
    title: t('Link'),
    label: t('Link'),
    className: 'btn btn-primary',
    press: () => done(completed(input.value)),
  });
  const dialog = openDialog({
    title: mark ? t('Change the link') : t('Link'),
    body: box('ge-source', search.element, tab.element),
    buttons: mark ? [remove, apply] : [apply],
  });
  input.focus();
  input.select();
  search.suggest();
}
