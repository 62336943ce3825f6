// The tab "Checks", and the question before something is published that readers will stumble over.
import type { Editor } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';
import { confirmDialog, t } from 'galley/client';
import { box, button, text } from '../parts/elements.ts';
import { checkText, type Finding } from './checks.ts';
import { checkFields, goToField } from './field-pictures.ts';

const WAIT_MS = 600;
const SHOWN = 100;

/** The findings of an editor, looked for anew when its text rests. */
export class Checks {
  readonly #editor: Editor;
  readonly #form: HTMLFormElement | null;
  readonly #told = new Set<(findings: readonly Finding[]) => void>();
  #timer = 0;
  #doc: unknown;
  #findings: readonly Finding[] = [];
  #fields: readonly Finding[] = [];
  #asking: Promise<void> | undefined;

  constructor(editor: Editor, form: HTMLFormElement | null) {
    this.#editor = editor;
    this.#form = form;
    this.#ask();
    // What is said of a picture may be written in another window.
    window.addEventListener('focus', () => this.#ask());
    form?.addEventListener('input', ({ target }) => {
      if (target instanceof Element && target.closest('[data-picker], .picked')) this.#ask();
    });
    editor.on('update', () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.now(), WAIT_MS);
    });
  }

  /** Calls back with the findings now and whenever there are others. */
  watch(tell: (findings: readonly Finding[]) => void): void {
    this.#told.add(tell);
    tell(this.now());
  }

  /** What there is to put right at this moment. */
  now(): readonly Finding[] {
    const { doc } = this.#editor.state;
    if (doc === this.#doc) return this.#findings;
    this.#doc = doc;
    this.#findings = [...checkText(doc), ...this.#fields];
    for (const tell of this.#told) tell(this.#findings);
    return this.#findings;
  }

  /** Resolves when the library has answered what it was asked of; undefined where nothing is asked. */
  get asking(): Promise<void> | undefined {
    return this.#asking;
  }

  #ask(): void {
    if (!this.#form) return;
    const asking = checkFields(this.#form)
      .catch((): Finding[] => [])
      .then((found) => {
        if (this.#asking !== asking) return;
        this.#asking = undefined;
        if (found.length === 0 && this.#fields.length === 0) return;
        this.#fields = found;
        this.#doc = undefined;
        this.now();
      });
    this.#asking = asking;
  }
}

/** Shows the findings, each a button that goes to its place. */
export function showChecks(editor: Editor, panel: HTMLElement, findings: readonly Finding[]): void {
  if (findings.length === 0) {
    panel.replaceChildren(text('p', t('Nothing stands in a reader’s way, as far as can be told.'), 'ge-note'));
    return;
  }
  const list = document.createElement('ul');
  list.className = 'ge-findings';
  for (const { words, position, field } of findings.slice(0, SHOWN)) {
    const item = document.createElement('li');
    item.append(
      button({
        title: words,
        label: words,
        className: 'ge-step',
        press: () => {
          if (field) {
            goToField(field);
            return;
          }
          const { tr, doc } = editor.state;
          if (!doc.nodeAt(position)) return;
          editor.view.dispatch(tr.setSelection(NodeSelection.create(doc, position)).scrollIntoView());
          editor.view.focus();
        },
      }),
    );
    list.append(item);
  }
  panel.replaceChildren(
    text(
      'p',
      t('{count} things to put right', { count: findings.length }, { one: 'One thing to put right' }),
      'ge-note',
    ),
    list,
  );
}

/** Asks once more before the form publishes a text that readers will stumble over. */
export function askBeforePublishing(form: HTMLFormElement, checks: Checks): void {
  let isSure = false;
  form.addEventListener(
    'submit',
    (event) => {
      const { submitter } = event;
      const isPublishing = submitter instanceof HTMLButtonElement && submitter.value === 'publish';
      if (!isPublishing || isSure) return;
      const { asking } = checks;
      if (!asking && checks.now().length === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void Promise.resolve(asking)
        .then(() => isWanted(checks.now()))
        .then((isToBe) => {
          if (!isToBe) {
            form.querySelector('.entry-side')?.dispatchEvent(new CustomEvent('galley:editor-checks'));
            return;
          }
          isSure = true;
          form.requestSubmit(submitter);
          isSure = false;
        });
    },
    true,
  );
}

async function isWanted(findings: readonly Finding[]): Promise<boolean> {
  if (findings.length === 0) return true;
  return confirmDialog({
    title: t('Publish as it is?'),
    text: sentence(findings),
    confirm: t('Publish all the same'),
  });
}

function sentence(findings: readonly Finding[]): string {
  const first = findings.slice(0, 3).map(({ words }) => words);
  const others = findings.length - first.length;
  const more = others > 0 ? [t('And {count} more.', { count: others })] : [];
  return [...first, ...more].join(' ');
}

/** How many findings there are, as a small sign beside the name of the tab. */
export function countSign(findings: readonly Finding[]): HTMLElement {
  const sign = box('ge-count', findings.length > 0 ? String(findings.length) : '');
  sign.hidden = findings.length === 0;
  return sign;
}
