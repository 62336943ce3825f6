import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { editBlock, makeBlock, walkBlocks } from './block.ts';
import { hasBlocks, MAX_BLOCK_DEPTH, parseBlocks } from './parse.ts';
import { serializeBlock, serializeBlocks } from './serialize.ts';

const DATA = join(import.meta.dirname, '../../../../shared/data');
const MISSING = existsSync(DATA) ? false : `no sample data in ${DATA}`;

function filesOf(folder: string, ending: string): string[] {
  return MISSING ? [] : readdirSync(join(DATA, folder)).filter((name) => name.endsWith(ending));
}

function read(folder: string, name: string): string {
  return readFileSync(join(DATA, folder, name), 'utf8');
}

/** A small generator of pseudo-random numbers, so that a failing text can be made again from its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SCRAPS = [
  '<!-- wp:paragraph -->',
  '<!-- /wp:paragraph -->',
  '<!-- wp:group {"a":1} -->',
  '<!-- /wp:group -->',
  '<!-- wp:x/y {"a":"-- <b> \\u002d"} /-->',
  '<!-- wp:x/y {"a":} -->',
  '<!-- wp:x {"a":{"b":"}"}}   -->',
  '<!--\twp:x\n/-->',
  '<!-- /wp:x {"z":1} /-->',
  '<!-- wp:X -->',
  '<!--wp:x -->',
  '<!-- wp:x-->',
  '<!-- wp:x {"a":"\r\n"} ',
  '<p>text é 😀</p>',
  '\n',
  '-->',
  '}',
  ' /-->',
  '<!--',
  '<!-- wp:',
  '{"__proto__":{"x":1}}',
];

describe('parseBlocks', () => {
  test('makes the tree of each fixture of WordPress', { skip: MISSING }, () => {
    for (const name of filesOf('blocks', '.parsed.json')) {
      const text = read('blocks', name.replace('.parsed.json', '.html'));
      assert.deepEqual(parseBlocks(text), JSON.parse(read('blocks', name)), name);
    }
  });

  test('reads a comment without a namespace as a core block', () => {
    assert.deepEqual(parseBlocks('<!-- wp:more /-->')[0], {
      blockName: 'core/more',
      attrs: {},
      innerBlocks: [],
      innerHTML: '',
      innerContent: [],
    });
  });

  test('leaves all text after a block that was closed but never opened as it is', () => {
    const blocks = parseBlocks('a<!-- wp:b /-->c<!-- /wp:d --><!-- wp:e /-->');
    assert.deepEqual(
      blocks.map((block) => [block.blockName, block.innerHTML]),
      [
        [null, 'a'],
        ['core/b', ''],
        [null, 'c<!-- /wp:d --><!-- wp:e /-->'],
      ],
    );
  });

  test('closes blocks that were left open at the end, without writing their text twice', () => {
    const [outer, ...rest] = parseBlocks('<!-- wp:a -->1<!-- wp:b -->2');
    assert.equal(rest.length, 0);
    assert.deepEqual(outer?.innerContent, ['1', null]);
    assert.deepEqual(outer?.innerBlocks[0]?.innerContent, ['2']);
  });

  test('takes malformed JSON as no attributes, and JSON up to the first end of a comment', () => {
    assert.deepEqual(parseBlocks('<!-- wp:a {"x":} /-->')[0]?.attrs, {});
    assert.deepEqual(parseBlocks('<!-- wp:a {"x":"} -- -->"} /-->')[0]?.attrs, { x: '} -- -->' });
    assert.deepEqual(parseBlocks('<!-- wp:a [1] /-->')[0]?.blockName, null);
  });

  test('never lets attributes reach the prototype', () => {
    const [block] = parseBlocks('<!-- wp:a {"__proto__":{"polluted":true},"b":{"__proto__":{"c":1}}} /-->');
    assert.deepEqual(Object.keys(block?.attrs ?? {}), ['b']);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  test('keeps the tree shallow however deep the markup nests', () => {
    const deep = '<!-- wp:a -->'.repeat(5000) + '<!-- /wp:a -->'.repeat(5000);
    let depth = 0;
    for (let blocks = parseBlocks(deep); blocks[0]; blocks = blocks[0].innerBlocks) depth++;
    assert.equal(depth, MAX_BLOCK_DEPTH);
    assert.equal(serializeBlocks(parseBlocks(deep)), deep);
    const attrs = `<!-- wp:a {"a":${'['.repeat(5000)}${']'.repeat(5000)}} /-->`;
    assert.deepEqual(parseBlocks(attrs)[0]?.attrs, {});
    assert.equal(serializeBlocks(parseBlocks(attrs)), attrs);
  });

  test('reads a megabyte of hostile text in less than a second', () => {
    const units = [
      '<!-- wp:a -->',
      '<!-- wp:a {',
      '<!-- wp:a {"x":1} ',
      '<!--',
      '<!-- ',
      '<!-- /wp:a -->',
      '}  ',
      '}} ',
    ];
    for (const unit of [...units, '<!-- wp:a /-->', '<!-- wp:aaaaaaa/', '<!-- wp:a {"a":', '{"a":{']) {
      const text = unit.repeat(Math.ceil(1e6 / unit.length));
      const from = cpuMs();
      const written = serializeBlocks(parseBlocks(text));
      assert.ok(cpuMs() - from < 1000, `${unit} took ${cpuMs() - from} ms`);
      assert.ok(written === text, unit);
    }
  });
});

describe('serializeBlocks', () => {
  test('writes every fixture and every WXR byte for byte as it was read', { skip: MISSING }, () => {
    for (const name of filesOf('blocks', '.html')) {
      const text = read('blocks', name);
      assert.equal(serializeBlocks(parseBlocks(text)), text, name);
    }
    for (const name of filesOf('wxr', '.xml')) {
      const contents = read('wxr', name).split(/<content:encoded><!\[CDATA\[|\]\]><\/content:encoded>/);
      for (const text of contents) assert.equal(serializeBlocks(parseBlocks(text)), text, name);
    }
  });

  test('writes generated malformed texts byte for byte', () => {
    for (let seed = 1; seed <= 3000; seed++) {
      const below = generator(seed);
      const text = Array.from({ length: 1 + below(14) }, () => SCRAPS[below(SCRAPS.length)]).join('');
      assert.equal(serializeBlocks(parseBlocks(text)), text, `seed ${seed}`);
    }
  });

  test('writes mutated fixtures byte for byte', { skip: MISSING }, () => {
    const fixtures = filesOf('blocks', '.html').map((name) => read('blocks', name));
    for (let seed = 1; seed <= 1000; seed++) {
      const below = generator(seed);
      const fixture = fixtures[below(fixtures.length)] ?? '';
      const at = below(fixture.length + 1);
      const text = fixture.slice(0, at) + (SCRAPS[below(SCRAPS.length)] ?? '') + fixture.slice(at + below(9));
      assert.equal(serializeBlocks(parseBlocks(text)), text, `seed ${seed}`);
    }
  });

  test('changes only the bytes of the block that was edited', () => {
    const before = '<!-- wp:core/group   {"a" : 1} -->\n<div>';
    const edited = '<!-- wp:paragraph {"b":2}  --><p>x</p><!-- /wp:paragraph -->';
    const after = '</div><!-- /wp:columns -->\n<!-- wp:bad {nope} /-->';
    const [group, ...rest] = parseBlocks(before + edited + after);
    assert.ok(group);
    const paragraph = group.innerBlocks[0];
    assert.ok(paragraph);
    const sameComment = editBlock(group, { innerBlocks: [editBlock(paragraph, { innerHTML: '<p>y</p>' })] });
    assert.equal(serializeBlocks([sameComment, ...rest]), before + edited.replace('x', 'y') + after);
    const newComment = editBlock(group, { innerBlocks: [editBlock(paragraph, { attrs: { b: 3 } })] });
    const written = '<!-- wp:paragraph {"b":3} --><p>x</p><!-- /wp:paragraph -->';
    assert.equal(serializeBlocks([newComment, ...rest]), before + written + after);
  });

  test('sees attributes that were changed in place', () => {
    const blocks = parseBlocks('<!-- wp:core/a {"n":1}  /-->');
    const [block] = blocks;
    assert.ok(block);
    block.attrs['n'] = 2;
    assert.equal(serializeBlocks(blocks), '<!-- wp:a {"n":2} /-->');
  });

  test('escapes what could end the comment or look like HTML, and reads it back', () => {
    const attrs = { a: '--><script>&"\\', b: '\\"--', 'c--': '\u2028' };
    const text = serializeBlock(makeBlock({ blockName: 'x/y', attrs }));
    assert.match(text, /^<!-- wp:x\/y \{[^<>&]*\} \/-->$/);
    assert.ok(!text.slice(4, -3).includes('--'));
    assert.deepEqual(parseBlocks(text)[0]?.attrs, attrs);
  });

  test('gives a void block that received content an end', () => {
    const [block] = parseBlocks('<!-- wp:a /-->');
    assert.ok(block);
    assert.equal(serializeBlock(editBlock(block, { innerHTML: 'x' })), '<!-- wp:a -->x<!-- /wp:a -->');
  });
});

test('walkBlocks visits all blocks in reading order', () => {
  const blocks = parseBlocks('<!-- wp:a --><!-- wp:b /--><!-- wp:c /--><!-- /wp:a --><!-- wp:d /-->');
  assert.deepEqual(
    [...walkBlocks(blocks)].map((block) => block.blockName),
    ['core/a', 'core/b', 'core/c', 'core/d'],
  );
});

test('hasBlocks tells block markup from classic content', () => {
  assert.equal(hasBlocks('<p>Hello <!--more--></p>'), false);
  assert.equal(hasBlocks('<!-- /wp:a -->'), false);
  assert.equal(hasBlocks('text <!-- wp:a /-->'), true);
});
