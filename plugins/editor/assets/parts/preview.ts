import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { request, t } from 'galley/client';
import { catalogEntry, editorData } from './catalog.ts';
import { safeDom } from './safe-dom.ts';
import { writerOf } from './session.ts';

const answers = new Map<string, Promise<string>>();
const MAX_KEPT = 200;

/** What readers will see of a block, made by the server. The same block is asked for once. */
function askPreview(markup: string): Promise<string> {
  const known = answers.get(markup);
  if (known) return known;
  const { preview, entry } = editorData();
  const answer = request<{ html: string }>(preview, { json: { markup, entry } }).then(({ html }) => html);
  if (answers.size >= MAX_KEPT) answers.clear();
  answers.set(markup, answer);
  answer.catch(() => answers.delete(markup));
  return answer;
}

/** The HTML of classic text: paragraphs are made, shortcodes stay. */
export async function classicHtml(markup: string): Promise<string> {
  const { html } = await request<{ html: string }>(editorData().preview, { json: { markup, as: 'paragraphs' } });
  return html;
}

function say(place: HTMLElement, words: string): void {
  const note = document.createElement('p');
  note.className = 'ge-note';
  note.textContent = words;
  place.replaceChildren(note);
}

const seen = new WeakMap<HTMLElement, string>();
let observer: IntersectionObserver | undefined;
const waiting = new WeakMap<Element, () => void>();

/** Runs when the place comes near the window: a long text does not ask for all at once. */
function whenNear(place: HTMLElement, run: () => void): void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer?.unobserve(target);
        waiting.get(target)?.();
      }
    },
    { rootMargin: '400px' },
  );
  waiting.set(place, run);
  observer.observe(place);
}

/** Shows in `place` what readers will see of a block. */
export function showPreview(place: HTMLElement, node: Node, editor: Editor): void {
  const block: unknown = node.attrs['block'];
  const html = String(node.attrs['html']);
  const entry = catalogEntry(block);
  if (block !== null && !entry?.isDynamic) {
    showSaved(place, html);
    return;
  }
  showMarkup(place, writerOf(editor)?.block(node) ?? html);
}

/** Shows in `place` what readers will see of some markup, once it comes near the window. */
export function showMarkup(place: HTMLElement, markup: string): void {
  seen.set(place, markup);
  if (place.childNodes.length === 0) say(place, '…');
  whenNear(place, () => {
    askPreview(markup).then(
      (answer) => {
        if (seen.get(place) === markup) showSaved(place, answer);
      },
      () => say(place, t('No preview now. The block is safe and stays as it is.')),
    );
  });
}

function showSaved(place: HTMLElement, html: string): void {
  const made = safeDom(html);
  const isEmpty = (made.textContent ?? '').trim() === '' && !made.querySelector('img, hr, video, audio, .ge-foreign');
  if (isEmpty) say(place, t('Nothing to see here: it shows on the page only.'));
  else place.replaceChildren(made);
}
