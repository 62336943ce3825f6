// What stands in a reader's way: looked for while writing, and once more before publishing.
import type { Node } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { headOf } from '../model/settings.ts';
import { findTag, readAttribute } from '../model/tag.ts';

/** Something to be put right. */
export interface Finding {
  /** Position of the block. */
  position: number;
  /** Where it is not in the text: the field of the form. */
  field?: HTMLElement;
  kind:
    | 'heading-skipped'
    | 'heading-empty'
    | 'heading-first'
    | 'alt-missing'
    | 'button-empty'
    | 'link-empty'
    | 'link-vague'
    | 'table-headless';
  words: string;
}

/** Words of links that say nothing of where they lead, in the languages of the admin. */
const VAGUE = new Set(
  'here|click here|more|read more|link|this|hier|klicken sie hier|mehr|weiterlesen|هنا|اضغط هنا|المزيد|اقرأ المزيد'.split(
    '|',
  ),
);

interface State {
  findings: Finding[];
  level: number;
}

function checkHeading(node: Node, position: number, state: State): void {
  const level = Number(node.attrs['level']);
  const add = (kind: Finding['kind'], words: string): void => {
    state.findings.push({ position, kind, words });
  };
  if (node.textContent.trim() === '') add('heading-empty', t('A heading without words.'));
  // The title of the page is the first level; the text goes on with the second.
  if (state.level === 0 && level > 2)
    add('heading-first', t('The first heading is of level {level}. Begin with level 2.', { level }));
  else if (state.level > 0 && level > state.level + 1)
    add('heading-skipped', t('Level {level} follows level {before}: one is skipped.', { level, before: state.level }));
  state.level = level;
}

const SOURCES = /<img\b[^>]*>/gi;

function checkPictures(html: string, position: number, state: State): void {
  for (const [tag] of html.matchAll(SOURCES)) {
    const alt = /\salt\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/i.exec(tag)?.[1]?.replace(/^["']|["']$/g, '');
    if (alt === undefined || alt.trim() === '')
      state.findings.push({ position, kind: 'alt-missing', words: t('A picture without alternative text.') });
  }
}

/** The links of a line: runs of words that lead to the same place. */
function checkLinks(node: Node, position: number, state: State): void {
  let words = '';
  let href: string | undefined;
  const close = (): void => {
    if (href === undefined) return;
    const said = words.trim();
    if (said === '' || href.trim() === '' || href.trim() === '#')
      state.findings.push({
        position,
        kind: 'link-empty',
        words: said === '' ? t('A link without words.') : t('The link “{words}” leads nowhere.', { words: said }),
      });
    else if (
      VAGUE.has(
        said
          .toLowerCase()
          .replace(/[.…!»›>→]+$/u, '')
          .trim(),
      )
    )
      state.findings.push({
        position,
        kind: 'link-vague',
        words: t('The link “{words}” does not say where it leads.', { words: said }),
      });
    [words, href] = ['', undefined];
  };
  node.forEach((child) => {
    const mark = child.marks.find(({ type }) => type.name === 'link');
    const target =
      mark &&
      ((mark.attrs['html'] as readonly (readonly [string, string])[]).find(([name]) => name === 'href')?.[1] ?? '');
    if (target !== href) close();
    if (target === undefined) return;
    href = target;
    words += child.isText ? (child.text ?? '') : ' \ufffc';
  });
  close();
}

/** Pictures among the words of a line. */
function checkObjects(node: Node, position: number, state: State): void {
  node.forEach(({ type, attrs }) => {
    if (type.name === 'inlineObject') checkPictures(String(attrs['html'] ?? ''), position, state);
  });
}

/** A button that readers press in vain, or do not know for what. */
function checkButton(node: Node, position: number, state: State): void {
  const said = node.textContent.trim();
  const { head } = headOf(node);
  const href = readAttribute(head, ['a'], 'href')?.trim() ?? '';
  // One that is no link belongs to a form or a script.
  const leads = findTag(head, ['a']) === undefined || (href !== '' && href !== '#');
  const add = (words: string): void => void state.findings.push({ position, kind: 'button-empty', words });
  if (said === '') add(t('A button without words.'));
  else if (!leads) add(t('The button “{words}” leads nowhere.', { words: said }));
}

/** Pictures that stand in the HTML of a block itself: beside text, or in an old gallery. A cover's is its background. */
function checkFrame(node: Node, position: number, state: State): void {
  if (node.attrs['block'] !== 'core/cover') checkPictures(headOf(node).head, position, state);
}

/** Looks through a whole text. */
export function checkText(doc: Node): Finding[] {
  const state: State = { findings: [], level: 0 };
  doc.descendants((node, position) => {
    const { name } = node.type;
    if (name === 'heading') checkHeading(node, position, state);
    if (name === 'image') {
      const { head } = headOf(node);
      const hasPicture = (readAttribute(head, ['img'], 'src') ?? '') !== '';
      if (hasPicture) checkPictures(head, position, state);
    } else if (name === 'island' && node.attrs['block'] !== 'core/cover')
      checkPictures(String(node.attrs['html'] ?? ''), position, state);
    if (name === 'container') checkFrame(node, position, state);
    if (name === 'button') checkButton(node, position, state);
    if (name === 'table' && !hasHead(node))
      state.findings.push({ position, kind: 'table-headless', words: t('A table without a row of headings.') });
    if (node.isTextblock) {
      checkLinks(node, position, state);
      checkObjects(node, position, state);
    }
    return !node.isTextblock;
  });
  return state.findings;
}

function hasHead(table: Node): boolean {
  let isHead = false;
  table.descendants(({ attrs }) => {
    if (attrs['tag'] === 'thead' || attrs['tag'] === 'th') isHead = true;
    return !isHead;
  });
  return isHead;
}
