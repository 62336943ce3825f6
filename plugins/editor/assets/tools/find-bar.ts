// The bar in which one says what to find and what to put in its place.

import down from 'icon:chevron-down';
import up from 'icon:chevron-up';
import close from 'icon:x-lg';
import type { Editor } from '@tiptap/core';
import type { Transaction } from '@tiptap/pm/state';
import { announce, t } from 'galley/client';
import { box, button, newId, text } from '../parts/elements.ts';
import { foundIn, goTo, replaceAll, replaceCurrent, search } from './find.ts';

function field(label: string): { whole: HTMLElement; input: HTMLInputElement } {
  const input = document.createElement('input');
  input.type = 'text';
  input.className = 'form-control form-control-sm';
  input.id = newId('find');
  input.autocomplete = 'off';
  const name = text('label', label, 'ge-find-label');
  name.setAttribute('for', input.id);
  return { whole: box('ge-find-field', name, input), input };
}

function check(label: string, change: () => void): { whole: HTMLElement; input: HTMLInputElement } {
  const input = document.createElement('input');
  input.type = 'checkbox';
  input.id = newId('find');
  input.addEventListener('change', change);
  const name = text('label', label);
  name.setAttribute('for', input.id);
  return { whole: box('ge-find-check', input, name), input };
}

/** The bar of an editor, hidden until it is opened. */
export interface FindBar {
  element: HTMLElement;
  open(): void;
}

/** Makes the bar. */
export function makeFindBar(editor: Editor): FindBar {
  const find = field(t('Find'));
  const replace = field(t('Replace by'));
  const count = text('span', '', 'ge-find-count');
  const run = (tr: Transaction | undefined): void => {
    if (tr) editor.view.dispatch(tr);
    show();
  };
  const look = (): void =>
    run(
      search(editor.state, {
        words: find.input.value,
        isExact: exact.input.checked,
        isWhole: whole.input.checked,
      }),
    );
  const exact = check(t('Match case'), look);
  const whole = check(t('Whole words'), look);
  const show = (): void => {
    const { matches, current } = foundIn(editor.state);
    const isEmpty = find.input.value === '';
    count.textContent = isEmpty
      ? ''
      : matches.length === 0
        ? t('Not found')
        : t('{place} of {count}', { place: current + 1, count: matches.length });
  };
  const step = (by: 1 | -1): void => {
    run(goTo(editor.state, by));
    announce(count.textContent ?? '');
  };
  const everywhere = (): void => {
    const { tr, count: done } = replaceAll(editor.state, replace.input.value);
    run(tr);
    announce(
      t(
        '{count} places changed. Undo brings them back.',
        { count: done },
        { one: 'One place changed. Undo brings it back.' },
      ),
    );
  };
  const element = box(
    'ge-find',
    find.whole,
    button({ title: t('Previous place'), icon: up, keys: 'Shift+Enter', press: () => step(-1) }),
    button({ title: t('Next place'), icon: down, keys: 'Enter', press: () => step(1) }),
    count,
    exact.whole,
    whole.whole,
    replace.whole,
    button({
      title: t('Replace'),
      label: t('Replace'),
      press: () => run(replaceCurrent(editor.state, replace.input.value)),
    }),
    button({ title: t('Replace all'), label: t('Replace all'), press: everywhere }),
    button({ title: t('Close'), icon: close, keys: 'Esc', press: () => leave() }),
  );
  element.hidden = true;
  element.setAttribute('role', 'search');
  element.setAttribute('aria-label', t('Find and replace'));
  find.input.addEventListener('input', look);
  const leave = (): void => {
    element.hidden = true;
    run(search(editor.state, undefined));
    editor.view.focus();
  };
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave();
    else if (event.key === 'Enter' && event.target === find.input) step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Enter' && event.target === replace.input)
      run(replaceCurrent(editor.state, replace.input.value));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  editor.on('transaction', ({ transaction }) => {
    if (!element.hidden && transaction.docChanged) show();
  });
  return {
    element,
    open() {
      element.hidden = false;
      const { from, to } = editor.state.selection;
      const selected = editor.state.doc.textBetween(from, to, ' ');
      if (selected !== '' && selected.length < 100) find.input.value = selected;
      find.input.focus();
      find.input.select();
      look();
    },
  };
}
