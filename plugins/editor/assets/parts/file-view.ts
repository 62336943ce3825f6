import fileIcon from 'icon:file-earmark-arrow-down';
import type { NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { icon, t } from 'galley/client';
import { describeAddress } from '../model/providers.ts';
import { headOf } from '../model/settings.ts';
import { readAttribute } from '../model/tag.ts';
import { chooseFile } from '../tools/library.ts';
import { editorData } from './catalog.ts';
import { box, button, text } from './elements.ts';
import { selectOnClick } from './select-node.ts';

/** A file to download: the words of its link, which file it is, and its button. */
export const fileView: NodeViewRenderer = ({ node: first, editor, getPos }) => {
  const dom = box('ge-file');
  const sign = box('ge-file-sign', icon(fileIcon));
  sign.contentEditable = 'false';
  const contentDOM = box('ge-file-name');
  contentDOM.dataset['empty'] = t('Words of the link');
  const facts = box('ge-file-facts');
  facts.contentEditable = 'false';
  dom.append(sign, box('ge-file-words', contentDOM, facts));
  for (const part of [sign, facts]) selectOnClick(part, editor, getPos);
  const show = (node: Node): void => {
    const { head, tail } = headOf(node);
    const href = readAttribute(head, ['a'], 'href') ?? '';
    const { host, path } = describeAddress(href);
    contentDOM.classList.toggle('is-empty', node.content.size === 0);
    const words = /<a\s[^>]*>([^<]*)<\/a>\s*<\/div>\s*$/.exec(tail)?.[1] ?? '';
    const label = t('Choose a file');
    const choose = button({
      title: label,
      label,
      className: 'btn btn-secondary btn-sm',
      press: () => void chooseFile(editor, getPos() ?? -1),
    });
    const name = path.split('/').pop() ?? '';
    facts.replaceChildren(
      ...(href === ''
        ? editorData().library
          ? [choose]
          : [text('span', t('Give its address in the tab “Block”.'))]
        : []),
      ...(href === '' ? [] : [text('span', host === '' ? name : `${host}: ${name}`)]),
      ...(href === '' || words === '' ? [] : [text('span', words, 'ge-file-button')]),
    );
  };
  show(first);
  return {
    dom,
    contentDOM,
    update: (node) => {
      if (node.type !== first.type) return false;
      show(node);
      return true;
    },
    stopEvent: (event) => event.target instanceof Element && event.target.closest('.ge-file-facts button') !== null,
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
  };
};
