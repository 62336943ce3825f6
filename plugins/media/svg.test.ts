import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanSvg } from './svg.ts';

const svg = (inside: string, root = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"'): Buffer =>
  Buffer.from(`<?xml version="1.0"?>\n<svg ${root}>${inside}</svg>`);

test('shapes, colours, gradients and text stay as they are, with their spelling', () => {
  const inside =
    '<defs><linearGradient id="g" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="#f00"></stop></linearGradient></defs><path d="M0 0L1 1" fill="url(#g)"></path><text x="1">A &amp; B</text><use href="#g"></use>';
  const { text, width, height } = cleanSvg(svg(inside));
  assert.equal(text, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">${inside}</svg>\n`);
  assert.deepEqual([width, height], [40, 20]);
});

test('whatever could do something, load something or lead somewhere is gone', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '<script xlink:href="https://evil.test/x.js"/>',
    '<path d="M0 0" onload="alert(1)" onclick="x"/>',
    '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
    '<use href="https://evil.test/x.svg#a"/>',
    '<use xlink:href="data:image/svg+xml;base64,AAAA"/>',
    '<image href="https://evil.test/pixel.png"/>',
    '<foreignObject><iframe src="https://evil.test"></iframe></foreignObject>',
    '<style>@import url(https://evil.test/x.css); path{fill:url(https://evil.test)}</style>',
    '<path d="M0 0" style="fill:url(https://evil.test)"/>',
    '<path d="M0 0" fill="url(https://evil.test/x)"/>',
    '<path d="M0 0" fill="url( &quot;//evil.test&quot; )"/>',
    '<animate attributeName="href" values="javascript:alert(1)"/>',
    '<set attributeName="onmouseover" to="alert(1)"/>',
    '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    '<SCRIPT>alert(1)</SCRIPT>',
    '<![CDATA[<script>alert(1)</script>]]>',
    '<!--><script>alert(1)</script>-->',
    '<?xml-stylesheet href="https://evil.test/x.xsl"?>',
    '<handler>alert(1)</handler>',
    '<desc>&lt;script&gt;alert(1)&lt;/script&gt;</desc>',
  ];
  for (const inside of hostile) {
    const { text } = cleanSvg(svg(inside));
    assert.doesNotMatch(
      text,
      /<script|<SCRIPT|\son\w+=|javascript:|evil\.test|data:|<style|style=|<foreign|<iframe|<image|<animate|<set|<a[\s>]|<\?|<!/,
      inside,
    );
    assert.equal(cleanSvg(Buffer.from(text)).text, text, inside);
  }
});

test('entities, doctypes, other encodings, other roots and bombs are refused', () => {
  const bad: [Buffer, RegExp][] = [
    [Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'), /declares a document type/],
    [Buffer.from('<html><svg/></html>'), /no SVG/],
    [Buffer.from('just text'), /no SVG/],
    [Buffer.from([0xff, 0xfe, 0x3c, 0x00]), /not text in UTF-8/],
    [svg('<g>'.repeat(30_000)), /more than 20000 parts/],
    [svg('x'.repeat(1_000_001)), /larger than 1 MB/],
  ];
  for (const [bytes, reason] of bad) assert.throws(() => cleanSvg(bytes), reason);
});
