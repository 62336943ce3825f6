import icon from 'icon:type-h2';
import three from 'icon:type-h3';
import four from 'icon:type-h4';
import { textblockTypeInputRule } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { blockNode, own, shownAttributes } from '../model/block-node.ts';
import { make } from '../model/make.ts';
import { textAlign } from '../model/settings.ts';
import { renameTag } from '../model/tag.ts';
import { framed, textKind } from '../model/text-kind.ts';

const LEVELS = [1, 2, 3, 4, 5, 6] as const;

const node = blockNode('heading', 'core/heading', {
  content: 'inline*',
  addAttributes: () => ({ level: own(2) }),
  parseHTML: () => LEVELS.map((level) => ({ tag: `h${level}`, attrs: { level, data: level === 2 ? {} : { level } } })),
  renderHTML: ({ node: shown }) => [`h${shown.attrs['level']}`, shownAttributes(shown), 0],
  addInputRules() {
    return LEVELS.slice(1).map((level) =>
      textblockTypeInputRule({
        find: new RegExp(`^#{${level}}\\s$`),
        type: this.type,
        getAttributes: () => levelOf(level),
      }),
    );
  },
});

/** The attributes of a new heading of a level. */
export function levelOf(level: number): Record<string, unknown> {
  return { level, block: 'core/heading', data: level === 2 ? {} : { level }, head: null, tail: null, src: null };
}

/** The attributes of a heading that gets another level. */
export function changeLevel(heading: Node, level: number): Record<string, unknown> {
  const { level: _, ...rest } = heading.attrs['data'] as Record<string, unknown>;
  const { head, tail } = framed(heading, around);
  return { level, data: level === 2 ? rest : { ...rest, level }, ...renameTag(head, tail, `h${level}`) };
}

const around = (heading: Node) => ({
  head: `\n<h${heading.attrs['level']} class="wp-block-heading">`,
  tail: `</h${heading.attrs['level']}>\n`,
});

export const heading = textKind({
  name: 'heading',
  title: t('Heading'),
  icon,
  blocks: ['core/heading'],
  nodes: [node],
  pattern: /^(\s*<h[1-6](?:\s[^>]*)?>)([\s\S]*)(<\/h[1-6]>\s*)$/,
  around,
  more: (_, head) => ({ level: Number(/<h([1-6])/.exec(head)?.[1] ?? 2) }),
  inserts: [[2, icon] as const, [3, three] as const, [4, four] as const].map(([level, image]) => ({
    title: t('Heading {level}', { level }),
    icon: image,
    keywords: `title h${level}`,
    group: 'text' as const,
    make: (schema) => make(schema, 'heading', levelOf(level)),
  })),
  settings: [
    {
      label: t('Level'),
      kind: 'select',
      choices: LEVELS.map((level) => [String(level), t('Level {level}', { level })] as const),
      read: (heading) => String(heading.attrs['level']),
      write: (heading, value) => changeLevel(heading, Number(value)),
    },
    textAlign('textAlign'),
  ],
});
