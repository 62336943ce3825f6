// Controls that many kinds of block share. Each changes the block's JSON and its HTML together, as block editors do.
import type { Node } from '@tiptap/pm/model';
import type { BlockAttributes } from 'galley/blocks';
import { t } from 'galley/client';
import type { Kinds, Setting } from './kinds.ts';
import { changeClasses, readAttribute, writeAttribute } from './tag.ts';
import { framed } from './text-kind.ts';

let known: Kinds | undefined;

/** Tells the settings which kinds there are: they ask them what new blocks have around their content. */
export function useKinds(kinds: Kinds): void {
  known = kinds;
}

/** What stands before the content of a block. */
export function headOf(node: Node): { head: string; tail: string } {
  const around = known?.of(node)?.around;
  return framed(node, around ?? (() => ({ head: '', tail: '' })));
}

const dataOf = (node: Node): BlockAttributes => node.attrs['data'] as BlockAttributes;

/** The block's JSON with a member changed; an empty one is taken away. */
export function withData(node: Node, name: string, value: unknown): BlockAttributes {
  const { [name]: _, ...rest } = dataOf(node);
  if (value === '' || value === undefined || value === false) return rest;
  return name in dataOf(node) ? { ...dataOf(node), [name]: value } : { ...rest, [name]: value };
}

/** The attributes of a node whose first tag has other classes. */
export function withClasses(
  node: Node,
  change: Parameters<typeof changeClasses>[1],
  data: BlockAttributes = dataOf(node),
): Record<string, unknown> {
  const { head, tail } = headOf(node);
  return { head: changeClasses(head, change), tail, data };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** How the lines of a block are set. */
export function textAlign(name: 'align' | 'textAlign'): Setting {
  return {
    label: t('Text alignment'),
    kind: 'select',
    choices: [
      ['', t('As usual')],
      ['left', t('Left')],
      ['center', t('Centred')],
      ['right', t('Right')],
    ],
    read: (node) => textOf(dataOf(node)[name]),
    write: (node, value) => {
      const isOld = (one: string): boolean => /^has-text-align-(left|center|right)$/.test(one);
      const add = value === '' ? [] : [`has-text-align-${value}`];
      const changed = withClasses(node, { remove: isOld, add }, withData(node, name, value));
      const head = String(changed['head']);
      const style = readAttribute(head, undefined, 'style');
      if (style === undefined) return changed;
      const rest = style.replace(/(^|;)\s*text-align\s*:[^;]*/i, '$1').replace(/^;+|;+$/g, '');
      return { ...changed, head: writeAttribute(head, undefined, 'style', rest === '' ? undefined : rest) };
    },
  };
}

/** How wide a block is, and where it stands. */
export function blockAlign(values: readonly string[]): Setting {
  const words: Record<string, string> = {
    left: t('Left, text flows around'),
    center: t('Centred'),
    right: t('Right, text flows around'),
    wide: t('Wide'),
    full: t('As wide as the window'),
  };
  return {
    label: t('Alignment'),
    kind: 'select',
    choices: [['', t('As usual')], ...values.map((value) => [value, words[value] ?? value] as const)],
    read: (node) => textOf(dataOf(node)['align']),
    write: (node, value) => {
      const isOld = (one: string): boolean => /^align(left|center|right|wide|full)$/.test(one);
      return withClasses(
        node,
        { remove: isOld, add: value === '' ? [] : [`align${value}`] },
        withData(node, 'align', value),
      );
    },
  };
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => /^[\w-]+$/.test(word));

/** What every block has whose first tag is known. */
export const COMMON: readonly Setting[] = [
  {
    label: t('Anchor'),
    kind: 'text',
    help: t('Links lead here with # and this word.'),
    read: (node) => readAttribute(headOf(node).head, undefined, 'id') ?? '',
    write: (node, value) => {
      const { head, tail } = headOf(node);
      const id = value.trim().replace(/\s+/g, '-');
      return { head: writeAttribute(head, undefined, 'id', id === '' ? undefined : id), tail };
    },
  },
  {
    label: t('CSS classes'),
    kind: 'text',
    help: t('With blanks between.'),
    read: (node) => textOf(dataOf(node)['className']),
    write: (node, value) => {
      const before = words(textOf(dataOf(node)['className']));
      const after = words(value);
      const data = withData(node, 'className', after.join(' '));
      return withClasses(node, { remove: (one) => before.includes(one), add: after }, data);
    },
  },
];
