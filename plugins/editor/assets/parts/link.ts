import { type Editor, getMarkRange } from '@tiptap/core';
import type { Mark } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { announce, openDialog, t } from 'galley/client';
import { box, button, text } from './elements.ts';

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

/** Asks where the selected words lead, and links them; or changes and removes the link at the cursor. */
export function editLink(editor: Editor): void {
  const { from, to, mark } = linkAt(editor);
  const html = (mark?.attrs['html'] ?? EMPTY) as typeof EMPTY;
  const input = document.createElement('input');
  input.type = 'text';
  input.inputMode = 'url';
  input.className = 'form-control';
  input.autocomplete = 'off';
  input.value = html.find(([name]) => name === 'href')?.[1] ?? '';
  const label = box('ge-source', text('label', t('Address'), 'form-label'), input);
  input.id = 'ge-link';
  label.querySelector('label')?.setAttribute('for', input.id);
  const set = (address: string): void => {
    const type = editor.schema.marks['link'];
    if (!type) return;
    const { tr } = editor.state;
    tr.removeMark(from, to, type);
    const others = html.filter(([name]) => name !== 'href');
    const made = type.create({ tag: 'a', html: [['href', address], ...others] });
    if (address !== '' && from === to) tr.insert(from, editor.schema.text(address, [made]));
    else if (address !== '') tr.addMark(from, to, made);
    tr.setSelection(TextSelection.create(tr.doc, address !== '' && from === to ? from + address.length : to));
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
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    done(completed(input.value));
  });
  const dialog = openDialog({
    title: mark ? t('Change the link') : t('Link'),
    body: label,
    buttons: mark ? [remove, apply] : [apply],
  });
  input.focus();
}
