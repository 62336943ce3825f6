import codeIcon from 'icon:code-square';
import verseIcon from 'icon:feather';
import preIcon from 'icon:file-text';
import { textblockTypeInputRule } from '@tiptap/core';
import { t } from 'galley/client';
import { blockNode, shownAttributes } from '../model/block-node.ts';
import { make } from '../model/make.ts';
import { textAlign } from '../model/settings.ts';
import { textKind } from '../model/text-kind.ts';

const codeNode = blockNode('codeBlock', 'core/code', {
  content: 'inline*',
  marks: '_',
  code: true,
  parseHTML: () => [{ tag: 'pre', preserveWhitespace: 'full' }],
  renderHTML: ({ node }) => ['pre', { ...shownAttributes(node), spellcheck: 'false' }, ['code', 0]],
  addInputRules() {
    return [textblockTypeInputRule({ find: /^```\s$/, type: this.type })];
  },
});

const preNode = blockNode('preformatted', 'core/preformatted', {
  content: 'inline*',
  code: true,
  renderHTML: ({ node }) => ['pre', shownAttributes(node), 0],
});

const verseNode = blockNode('verse', 'core/verse', {
  content: 'inline*',
  code: true,
  renderHTML: ({ node }) => ['pre', shownAttributes(node), 0],
});

const PRE = /^(\s*<pre(?:\s[^>]*)?>)([\s\S]*)(<\/pre>\s*)$/;

export const code = textKind({
  name: 'codeBlock',
  title: t('Code'),
  icon: codeIcon,
  blocks: ['core/code'],
  nodes: [codeNode],
  isPre: true,
  pattern: /^(\s*<pre(?:\s[^>]*)?><code(?:\s[^>]*)?>)([\s\S]*)(<\/code><\/pre>\s*)$/,
  around: () => ({ head: '\n<pre class="wp-block-code"><code>', tail: '</code></pre>\n' }),
  inserts: [
    {
      title: t('Code'),
      icon: codeIcon,
      keywords: 'program source pre ```',
      group: 'text',
      make: (schema) => make(schema, 'codeBlock'),
    },
  ],
});

export const preformatted = textKind({
  name: 'preformatted',
  title: t('Preformatted'),
  icon: preIcon,
  blocks: ['core/preformatted'],
  nodes: [preNode],
  isPre: true,
  pattern: PRE,
  around: () => ({ head: '\n<pre class="wp-block-preformatted">', tail: '</pre>\n' }),
  inserts: [
    {
      title: t('Preformatted'),
      icon: preIcon,
      keywords: 'typewriter',
      group: 'text',
      make: (schema) => make(schema, 'preformatted'),
    },
  ],
});

export const verse = textKind({
  name: 'verse',
  title: t('Verse'),
  icon: verseIcon,
  blocks: ['core/verse'],
  nodes: [verseNode],
  isPre: true,
  pattern: PRE,
  around: () => ({ head: '\n<pre class="wp-block-verse">', tail: '</pre>\n' }),
  inserts: [
    {
      title: t('Verse'),
      icon: verseIcon,
      keywords: 'poem poetry',
      group: 'text',
      make: (schema) => make(schema, 'verse'),
    },
  ],
  settings: [textAlign('textAlign')],
});
