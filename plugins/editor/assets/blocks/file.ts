import icon from 'icon:file-earmark-arrow-down';
import { t } from 'galley/client';
import { blockNode } from '../model/block-node.ts';
import { buttonHtml, fileFrame } from '../model/file-html.ts';
import { encodeText } from '../model/inline-html.ts';
import type { Setting } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { isAddress } from '../model/providers.ts';
import { headOf, withData } from '../model/settings.ts';
import { readAttribute, writeAttribute } from '../model/tag.ts';
import { textKind } from '../model/text-kind.ts';
import { fileView } from '../parts/file-view.ts';
import { chooseFile, libraryTool } from '../tools/library.ts';

const A = ['a'];
const BUTTON = /(<a\s[^>]*>)([\s\S]*?)(<\/a>\s*<\/div>\s*)$/;
/** Without inline content of its own the button is told from the link by where it stands: after it. */
const buttonOf = (tail: string): RegExpExecArray | null => BUTTON.exec(tail.replace(/^\s*<\/a>/, ''));

const address: Setting = {
  label: t('Address'),
  kind: 'url',
  read: (node) => readAttribute(headOf(node).head, A, 'href') ?? '',
  write: (node, value) => {
    const href = isAddress(value.trim()) ? value.trim() : '';
    const { head, tail } = headOf(node);
    const data = withData(node, 'href', href);
    return { data, head: writeAttribute(head, A, 'href', href), tail: writeAttribute(tail, A, 'href', href) };
  },
};

const hasButton: Setting = {
  label: t('With a button to download it'),
  kind: 'boolean',
  read: (node) => buttonOf(headOf(node).tail) !== null,
  write: (node, value) => {
    const { head, tail } = headOf(node);
    const href = readAttribute(head, A, 'href') ?? '';
    const isOn = value !== '';
    const { showDownloadButton: _, ...data } = node.attrs['data'] as Record<string, unknown>;
    const rest = tail.replace(
      /^(\s*<\/a>)[\s\S]*?(\s*<\/div>\s*)$/,
      `$1${isOn ? buttonHtml(href, t('Download')).replaceAll('$', '$$$$') : ''}$2`,
    );
    return { head, tail: rest, data: isOn ? data : { ...data, showDownloadButton: false } };
  },
};

const words: Setting = {
  label: t('Words of the button'),
  kind: 'text',
  read: (node) => (buttonOf(headOf(node).tail)?.[2] ?? '').replace(/<[^>]*>/g, ''),
  write: (node, value) => {
    const { head, tail } = headOf(node);
    const button = encodeText(value.trim() || t('Download')).replaceAll('$', '$$$$');
    return { head, tail: tail.replace(/^(\s*<\/a>\s*)(<a\s[^>]*>)[\s\S]*?(<\/a>\s*<\/div>\s*)$/, `$1$2${button}$3`) };
  },
};

export const file = textKind({
  name: 'file',
  title: t('File'),
  icon,
  blocks: ['core/file'],
  nodes: [
    blockNode('file', 'core/file', {
      content: 'inline*',
      isolating: true,
      draggable: true,
      renderHTML: () => ['p', 0],
      addNodeView: () => fileView,
    }),
  ],
  pattern:
    /^(\s*<div(?:\s[^>]*)?>\s*(?:<object\s[^>]*>\s*<\/object>\s*)?<a(?:\s[^>]*)?>)([\s\S]*?)(<\/a>\s*(?:<a\s[^>]*>[^<]*<\/a>\s*)?<\/div>\s*)$/,
  around: () => fileFrame(''),
  tools: [libraryTool],
  inserts: [
    {
      title: t('File'),
      icon,
      keywords: 'download pdf document',
      group: 'media',
      make: (schema) => make(schema, 'file'),
      after: (editor, position) => void chooseFile(editor, position),
    },
  ],
  settings: [address, hasButton, words],
});
