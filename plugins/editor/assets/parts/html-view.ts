// A block as HTML in a dialog, and the whole text in the plain field.
import type { Editor } from '@tiptap/core';
import { announce, openDialog, t } from 'galley/client';
import { blockOf } from './block-range.ts';
import { button } from './elements.ts';
import { replaceBlock } from './replace.ts';
import { sessionOf } from './session.ts';

/** Edits the source of the block with the cursor. What is typed is read anew, so it may become several blocks. */
export function editAsHtml(editor: Editor): void {
  const place = blockOf(editor.state);
  if (!place) return;
  const { reader, writer } = sessionOf(editor);
  const before = writer.block(place.node);
  const label = document.createElement('label');
  label.className = 'ge-source';
  const field = document.createElement('textarea');
  field.className = 'form-control content-input';
  field.rows = 12;
  field.spellcheck = false;
  field.value = before;
  label.append(t('Markup of this block'), field);
  const apply = button({
    title: t('Apply'),
    label: t('Apply'),
    className: 'btn btn-primary',
    press: () => {
      const nodes = reader.text(field.value);
      dialog.close();
      if (field.value !== before && editor.state.doc.nodeAt(place.position) === place.node)
        replaceBlock(editor, place, nodes);
    },
  });
  const dialog = openDialog({ title: t('Edit as HTML'), body: label, buttons: [apply], wide: true });
  field.focus();
}

/** Shows the text as markup in the field, or as blocks. What was typed there is taken over, and can be undone. */
export function makeHtmlSwitch(
  field: HTMLTextAreaElement,
  page: HTMLElement,
  handle: { text(): string; setText(text: string): void },
): (isHtml: boolean) => void {
  let before = '';
  return (isHtml) => {
    if (isHtml) before = handle.text();
    else if (field.value !== before) handle.setText(field.value);
    field.hidden = !isHtml;
    page.hidden = isHtml;
    if (isHtml) field.focus();
    announce(isHtml ? t('The text is shown as HTML.') : t('The text is shown as blocks.'));
  };
}
