import { type BlockDefinition, mathOfLatex } from 'galley';
import { text, textOf } from './attributes.ts';
import { wrap } from './html.ts';

/**
 * A formula. What was saved is shown; where it has no MathML, because whoever saved it may not write such tags, it is
 * made of what was typed.
 */
export const math: BlockDefinition = {
  title: 'Formula',
  category: 'text',
  content: 'verbatim',
  attributes: { latex: text() },
  render(block) {
    const latex = textOf(block, 'latex');
    if (block.inner.includes('<math') || latex.trim() === '') return block.inner;
    return `<div${wrap(block)}>${mathOfLatex(latex)}</div>`;
  },
};
