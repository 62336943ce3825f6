// Tags are inserted by buttons, and an own structure is shown as an address while one types.
import { announce, t } from 'galley/client';

const own = document.querySelector<HTMLInputElement>('#permalink-own');
const choice = document.querySelector<HTMLInputElement>('#permalink-choice-own');
const preview = document.querySelector<HTMLElement>('#permalink-preview');
const tags = [...document.querySelectorAll<HTMLElement>('.permalink-tags [data-tag]')];
const values = new Map(tags.map(({ dataset }) => [dataset['tag'] ?? '', dataset['value'] ?? '']));

function choose(): void {
  if (choice) choice.checked = true;
}

function showExample(): void {
  const shown = preview?.querySelector('code');
  if (!own || !preview || !shown) return;
  const path = own.value.replace(/%[^%]+%/g, (tag) => values.get(tag) ?? tag);
  shown.textContent = `${document.querySelector('.permalink-origin')?.textContent ?? ''}${path}`;
  preview.hidden = own.value.trim() === '';
}

/** Puts the tag where the caret is, with a slash before it where one is missing. */
function insert(tag: string): void {
  if (!own) return;
  const start = own.selectionStart ?? own.value.length;
  const needsSlash = !/[/_-]$/.test(own.value.slice(0, start));
  own.setRangeText(`${needsSlash ? '/' : ''}${tag}`, start, own.selectionEnd ?? start, 'end');
  own.dispatchEvent(new Event('input', { bubbles: true }));
  own.focus();
  announce(t('{tag} inserted', { tag }));
}

for (const place of tags) {
  const tag = place.dataset['tag'] ?? '';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn btn-sm btn-secondary';
  button.textContent = tag;
  button.setAttribute('aria-label', t('Insert {tag}', { tag }));
  button.addEventListener('click', () => insert(tag));
  place.replaceChildren(button);
}
own?.addEventListener('input', () => {
  choose();
  showExample();
});
showExample();
