import { enhanceInputs } from './field-inputs.ts';
import { enhanceMarkdown } from './markdown-preview.ts';
import { enhanceMedia } from './media-picker.ts';
import { enhancePickers } from './picker.ts';
import { enhanceRichText } from './rich-text.ts';
import { enhanceRows } from './rows.ts';

/** Dresses all controls below an element: a form, or a row that was added. */
export function enhanceFields(root: ParentNode): void {
  for (const hint of root.querySelectorAll<HTMLElement>('[data-no-script]')) hint.hidden = true;
  enhanceInputs(root);
  enhanceMarkdown(root);
  enhanceRichText(root);
  enhancePickers(root);
  enhanceMedia(root);
  enhanceRows(root, enhanceFields);
}
