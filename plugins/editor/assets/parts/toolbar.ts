// The bar of tools above the text. One stop for Tab; arrows move in it; Alt+F10 comes here from the text, Escape goes back.

import redoIcon from 'icon:arrow-clockwise';
import undoIcon from 'icon:arrow-counterclockwise';
import downIcon from 'icon:arrow-down';
import upIcon from 'icon:arrow-up';
import codeIcon from 'icon:code';
import htmlIcon from 'icon:code-slash';
import linkIcon from 'icon:link-45deg';
import plusIcon from 'icon:plus-lg';
import moreIcon from 'icon:three-dots';
import boldIcon from 'icon:type-bold';
import italicIcon from 'icon:type-italic';
import strikeIcon from 'icon:type-strikethrough';
import type { Editor } from '@tiptap/core';
import { t } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import type { BlockTool } from '../model/kinds.ts';
import { blockOf, blocksOf, type Place } from './block-range.ts';
import { titleOf } from './catalog.ts';
import { isClassic } from './convert.ts';
import { box, button, keysOf, text } from './elements.ts';
import { openInserter } from './inserter.ts';
import { editLink } from './link.ts';
import { type MenuItem, menuButton } from './menu.ts';
import { moreGroups, runCommand } from './more-menu.ts';
import { moveBlock } from './moves.ts';
import { transformsOf } from './transforms.ts';

const MARKS: readonly (readonly [name: string, title: string, icon: string, keys?: string])[] = [
  ['bold', t('Bold'), boldIcon, 'Mod+B'],
  ['italic', t('Italic'), italicIcon, 'Mod+I'],
  ['strike', t('Struck through'), strikeIcon],
  ['code', t('Code'), codeIcon, 'Mod+E'],
];
/** Shown in place of a menu without a choice: one that opens empty looks broken. */
const NOTHING_ELSE: MenuItem = { label: t('Nothing else: it stays what it is'), isIdle: true, run: () => undefined };

/** What the bar does besides its own buttons. */
interface ToolbarParts {
  showHtml(isHtml: boolean): void;
}

function markButtons(editor: Editor): { name: string; element: HTMLButtonElement }[] {
  return MARKS.map(([name, title, image, keys]) => ({
    name,
    element: button({
      title,
      icon: image,
      ...(keys ? { keys: keysOf(keys) } : {}),
      press: () => {
        editor.commands.toggleMark(name);
        editor.view.focus();
      },
    }),
  }));
}

/** The tools of a block's kind that are for this one. */
const toolsOf = (place: Place | undefined): readonly BlockTool[] =>
  place ? (kinds.of(place.node)?.tools ?? []).filter(({ fits }) => fits?.(place.node) ?? true) : [];

const nameOf = ({ node }: Place): string =>
  isClassic(node) ? t('Classic text') : titleOf(node) || (kinds.of(node)?.title ?? '');

const textOrBlocks = (count: number): string =>
  count > 1 ? t('{count} blocks', { count }, { one: '{count} block' }) : t('Text');

/** Makes the bar. */
export function makeToolbar(editor: Editor, { showHtml }: ToolbarParts): HTMLElement {
  const insert = button({
    title: t('Add a block'),
    icon: plusIcon,
    className: 'ge-tool is-insert',
    press: (own) => openInserter(editor, own),
  });
  insert.setAttribute('aria-haspopup', 'listbox');
  const type = menuButton({ title: t('Change the block'), label: t('Paragraph'), className: 'ge-tool is-type' }, () => {
    const items = transformsOf(editor);
    return [{ title: t('Change into'), items: items.length > 0 ? items : [NOTHING_ELSE] }];
  });
  const up = button({
    title: t('Move up'),
    icon: upIcon,
    keys: 'Alt+Shift+↑',
    press: () => runCommand(editor, moveBlock(-1)),
  });
  const down = button({
    title: t('Move down'),
    icon: downIcon,
    keys: 'Alt+Shift+↓',
    press: () => runCommand(editor, moveBlock(1)),
  });
  const marks = markButtons(editor);
  const link = button({ title: t('Link'), icon: linkIcon, keys: keysOf('Mod+K'), press: () => editLink(editor) });
  const tools = box('ge-tools');
  const more = menuButton({ title: t('More'), icon: moreIcon }, () => moreGroups(editor));
  const undo = button({
    title: t('Undo'),
    icon: undoIcon,
    keys: keysOf('Mod+Z'),
    press: () => void editor.chain().undo().focus().run(),
  });
  const redo = button({
    title: t('Redo'),
    icon: redoIcon,
    keys: keysOf('Mod+Shift+Z'),
    press: () => void editor.chain().redo().focus().run(),
  });
  const html = button({
    title: t('HTML'),
    icon: htmlIcon,
    press: (own) => {
      const isHtml = own.getAttribute('aria-pressed') !== 'true';
      own.setAttribute('aria-pressed', String(isHtml));
      bar.classList.toggle('is-html', isHtml);
      showHtml(isHtml);
    },
  });
  html.setAttribute('aria-pressed', 'false');
  const inner = box(
    'ge-bar-blocks',
    insert,
    type,
    up,
    down,
    box('ge-marks', ...marks.map(({ element }) => element), link),
    more,
    tools,
  );
  const bar = box('ge-bar', inner, box('ge-bar-end', undo, redo, html));
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', t('Tools of the text'));
  let shown: unknown;
  const show = (): void => {
    const place = blockOf(editor.state);
    const name = place ? nameOf(place) : textOrBlocks(blocksOf(editor.state)?.nodes.length ?? 0);
    type.lastChild?.replaceWith(text('span', name));
    type.setAttribute('aria-label', t('{block}: change the block', { block: name }));
    for (const { name, element } of marks) {
      element.setAttribute('aria-pressed', String(editor.isActive(name)));
    }
    link.setAttribute('aria-pressed', String(editor.isActive('link')));
    undo.disabled = !editor.can().undo();
    redo.disabled = !editor.can().redo();
    if (place?.node === shown) return;
    shown = place?.node;
    tools.replaceChildren(
      ...toolsOf(place).map((tool) =>
        button({
          title: tool.title,
          icon: tool.icon,
          press: () => {
            const now = blockOf(editor.state);
            if (now) tool.run(editor, now.node, now.position);
            editor.view.focus();
          },
        }),
      ),
    );
  };
  editor.on('transaction', () => schedule(show));
  show();
  roam(bar, editor);
  return bar;
}

const waiting = new Set<() => void>();

/** Once before the next paint, however many changes there are. */
export function schedule(work: () => void): void {
  if (waiting.has(work)) return;
  waiting.add(work);
  requestAnimationFrame(() => {
    waiting.delete(work);
    work();
  });
}

/** One stop for Tab, arrows inside. */
function roam(bar: HTMLElement, editor: Editor): void {
  const items = (): HTMLButtonElement[] =>
    [...bar.querySelectorAll('button')].filter((item) => item.offsetParent !== null && !item.disabled);
  const settle = (current: HTMLElement | undefined): void => {
    for (const item of bar.querySelectorAll('button')) item.tabIndex = item === current ? 0 : -1;
  };
  settle(bar.querySelector('button') ?? undefined);
  new MutationObserver(() => {
    if (!bar.querySelector('button[tabindex="0"]:not(:disabled)')) settle(items()[0]);
    for (const item of bar.querySelectorAll('button:not([tabindex])')) (item as HTMLElement).tabIndex = -1;
  }).observe(bar, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  bar.addEventListener('focusin', (event) => {
    if (event.target instanceof HTMLElement) settle(event.target);
  });
  bar.addEventListener('keydown', (event) => {
    const list = items();
    const at = list.indexOf(document.activeElement as HTMLButtonElement);
    const forward = getComputedStyle(bar).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const to: Record<string, number> = {
      [forward]: (at + 1) % list.length,
      [back]: (at - 1 + list.length) % list.length,
      Home: 0,
      End: list.length - 1,
    };
    if (event.key === 'Escape') editor.view.focus();
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    list[next]?.focus();
  });
}
