import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFragment, serialize } from 'parse5';
import { mathOfLatex } from './latex.ts';

const inner = (latex: string): string => mathOfLatex(latex).replace(/^<math display="block">|<\/math>$/g, '');

test('formulas become MathML', () => {
  const expected: Record<string, string> = {
    'a^2': '<msup><mi>a</mi><mn>2</mn></msup>',
    'x_{i+1}': '<msub><mi>x</mi><mrow><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub>',
    "f'": '<msup><mi>f</mi><mo>′</mo></msup>',
    'x_1^2': '<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>',
    '\\frac{1}{2}': '<mfrac><mn>1</mn><mn>2</mn></mfrac>',
    '\\sqrt[3]{x}': '<mroot><mi>x</mi><mn>3</mn></mroot>',
    '\\sum_{n=1}^\\infty': '<munderover><mo>∑</mo><mrow><mi>n</mi><mo>=</mo><mn>1</mn></mrow><mi>∞</mi></munderover>',
    '\\left( \\alpha \\right)':
      '<mrow><mo fence="true" stretchy="true">(</mo><mi>α</mi><mo fence="true" stretchy="true">)</mo></mrow>',
    '\\mathbb{R}': '<mi>ℝ</mi>',
    'a < b': '<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>',
    '\\text{if } x': '<mrow><mtext>if </mtext><mi>x</mi></mrow>',
    '\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}':
      '<mrow><mo fence="true" stretchy="true">(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr>' +
      '<mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable><mo fence="true" stretchy="true">)</mo></mrow>',
  };
  for (const [latex, math] of Object.entries(expected)) assert.equal(inner(latex), math, latex);
});

test('what is unknown, unfinished or hostile is shown as text, and ends', () => {
  assert.equal(inner('\\unheard'), '<mtext>\\unheard</mtext>');
  assert.equal(inner('\\text{<img src=x onerror=alert(1)>}'), '<mtext>&lt;img src=x onerror=alert(1)&gt;</mtext>');
  for (const latex of [
    '{',
    '}',
    '\\',
    '^',
    '_',
    '\\frac',
    '\\sqrt[',
    '\\left(',
    '\\begin{cases} a &',
    '\\end',
    '&&',
    '\\right)',
  ])
    assert.doesNotThrow(() => mathOfLatex(latex), latex);
  for (const part of ['{', '\\sqrt', '^', '\\left(', '\\begin{matrix}', '\\frac', '_{']) {
    const math = mathOfLatex(part.repeat(20_000));
    assert.ok(math.length < 1_000_000, part);
  }
  // Nothing of it leaves the formula, however it is typed.
  for (const latex of ['</math><p>', '\\<script>', '\\text{</mtext></math>}', '\\mathrm{<b>}']) {
    const html = mathOfLatex(latex);
    const { childNodes } = parseFragment(html);
    assert.deepEqual(
      childNodes.map(({ nodeName }) => nodeName),
      ['math'],
      latex,
    );
    assert.doesNotMatch(serialize(parseFragment(html)), /<(p|script|b)\b/, latex);
  }
});
