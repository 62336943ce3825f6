import { request, t } from 'galley/client';
import { make } from './field-names.ts';
import { nodesOf } from './trusted-html.ts';

/** A button that shows how Markdown will look. */
export function enhanceMarkdown(root: ParentNode): void {
  for (const area of root.querySelectorAll<HTMLTextAreaElement>('[data-kind="markdown"] > textarea')) {
    const button = make('button', 'btn btn-sm btn-secondary field-button', t('Preview'));
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    const shown = make('div', 'markdown-preview');
    shown.hidden = true;
    shown.tabIndex = 0;
    shown.setAttribute('role', 'region');
    shown.setAttribute('aria-label', t('Preview'));
    area.after(shown, button);
    button.addEventListener('click', () => void toggle(area, shown, button));
  }
}

async function toggle(area: HTMLTextAreaElement, shown: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const isWanted = shown.hidden;
  button.setAttribute('aria-pressed', String(isWanted));
  if (isWanted) shown.replaceChildren(await rendered(area.value));
  shown.hidden = !isWanted;
  area.hidden = isWanted;
  (isWanted ? shown : area).focus();
}

async function rendered(text: string): Promise<Node> {
  try {
    const { html } = await request<{ html: string }>('/admin/api/fields/markdown', { json: { text } });
    return nodesOf(html);
  } catch {
    return make('p', 'error', t('The preview could not be made. Your text is still here.'));
  }
}
