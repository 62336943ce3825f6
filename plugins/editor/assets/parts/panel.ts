// The panel beside the text: what belongs to the entry, the selected block, and the outline, as three tabs.
import type { Editor } from '@tiptap/core';
import { t } from 'galley/client';
import { type Checks, countSign, showChecks } from '../tools/checks-tab.ts';
import { showBlockTab } from './block-tab.ts';
import { editorData } from './catalog.ts';
import { box, button, newId } from './elements.ts';
import { showOutline } from './outline.ts';
import { schedule } from './toolbar.ts';

/** The place of the tab "Checks". */
const CHECKS = 3;

interface Tab {
  title: string;
  panel: HTMLElement;
  show(): void;
}

/** Puts the tabs into the side of the form: what stood there is the first of them. */
export function makePanel(editor: Editor, side: HTMLElement, checks: Checks): void {
  const entry = box('ge-panel entry-side');
  entry.append(...side.childNodes);
  const block = box('ge-panel');
  const outline = box('ge-panel');
  const findings = box('ge-panel');
  const tabs: Tab[] = [
    { title: editorData().noun, panel: entry, show: () => undefined },
    { title: t('Block'), panel: block, show: () => showBlockTab(editor, block) },
    { title: t('Outline'), panel: outline, show: () => showOutline(editor, outline) },
    { title: t('Checks'), panel: findings, show: () => showChecks(editor, findings, checks.now()) },
  ];
  const list = box('ge-tabs');
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', t('Beside the text'));
  let current = 0;
  const choose = (index: number, isFocused = false): void => {
    current = index;
    for (const [at, element] of buttons.entries()) {
      element.setAttribute('aria-selected', String(at === index));
      element.tabIndex = at === index ? 0 : -1;
      const panel = tabs[at]?.panel;
      if (panel) panel.hidden = at !== index;
    }
    tabs[index]?.show();
    if (isFocused) buttons[index]?.focus();
  };
  const buttons = tabs.map(({ title, panel }, index) => {
    const made = button({ title, label: title, className: 'ge-tab', press: () => choose(index) });
    made.removeAttribute('title');
    made.id = newId('tab');
    panel.id = newId('panel');
    made.setAttribute('role', 'tab');
    made.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', made.id);
    panel.tabIndex = -1;
    return made;
  });
  list.append(...buttons);
  list.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    choose((current + by + tabs.length) % tabs.length, true);
  });
  side.append(list, entry, block, outline, findings);
  checks.watch((found) => {
    buttons[CHECKS]?.querySelector('.ge-count')?.remove();
    buttons[CHECKS]?.append(countSign(found));
    if (current === CHECKS) showChecks(editor, findings, found);
  });
  choose(0);
  const refresh = (): void => {
    if (!tabs[current]?.panel.contains(document.activeElement)) tabs[current]?.show();
  };
  editor.on('transaction', () => schedule(refresh));
  side.addEventListener('galley:editor-entry', () => choose(0));
  side.addEventListener('galley:editor-block', () => choose(1));
  side.addEventListener('galley:editor-checks', () => choose(CHECKS, true));
}
