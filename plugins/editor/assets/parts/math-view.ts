import type { NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { mathOfLatex } from 'galley/blocks';
import { t } from 'galley/client';
import { box, text } from './elements.ts';
import { readHtml } from './inert.ts';
import { selectOnClick } from './select-node.ts';

const MATH = 'http://www.w3.org/1998/Math/MathML';
/** What our own formulas are made of. */
const KNOWN = new Set(
  `math mrow mi mn mo mtext mspace msup msub msubsup munder mover munderover mfrac msqrt mroot mtable mtr mtd`.split(
    /\s+/,
  ),
);
const ATTRIBUTES = new Set('display fence stretchy accent width linethickness mathvariant columnalign'.split(' '));

function copy(from: ParentNode, to: Element): void {
  for (const child of from.childNodes) {
    if (child.nodeType === 3) to.append(child.nodeValue ?? '');
    if (child.nodeType !== 1 || !KNOWN.has((child as Element).localName)) continue;
    const made = document.createElementNS(MATH, (child as Element).localName);
    for (const { name, value } of (child as Element).attributes)
      if (ATTRIBUTES.has(name)) made.setAttribute(name, value);
    to.append(made);
    copy(child as Element, made);
  }
}

/** A formula: its LaTeX to be written, above it what readers will see. */
export const mathView: NodeViewRenderer = ({ node: first, editor, getPos }) => {
  const dom = box('ge-math');
  dom.dataset['block'] = 'core/math';
  const shown = box('ge-math-shown');
  shown.contentEditable = 'false';
  const contentDOM = document.createElement('code');
  contentDOM.spellcheck = false;
  contentDOM.dir = 'ltr';
  const line = document.createElement('pre');
  line.className = 'ge-math-source';
  line.append(contentDOM);
  dom.append(shown, line);
  selectOnClick(shown, editor, getPos);
  const show = ({ textContent }: Node): void => {
    shown.replaceChildren();
    if (textContent.trim() === '')
      shown.append(
        text('p', t('The formula shows here while you write LaTeX below, such as \\frac{a}{b}.'), 'ge-note'),
      );
    else copy(readHtml(mathOfLatex(textContent)), shown);
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
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
  };
};
