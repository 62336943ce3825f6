import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SafeHtml } from '../lib/escape.ts';
import { FormatHelpers } from './helpers-format.ts';
import { safeSrcset, withQuery } from './helpers-html.ts';
import { manifest, page, themeSite } from './test-support.ts';

/** What each expression prints, with the data. */
async function printed(expressions: string[], data: object = {}, language = 'en'): Promise<string[]> {
  const source = expressions.join('\n');
  const made = themeSite({ 'default/theme.json': manifest('default'), 'default/templates/index.hbs': source });
  try {
    await made.site.options.set('language', language);
    return (await made.site.render(['index'], page(data))).split('\n');
  } finally {
    made.remove();
  }
}

async function expectAll(
  cases: [expression: string, output: string][],
  data: object = {},
  language?: string,
): Promise<void> {
  const outputs = await printed(
    cases.map(([expression]) => expression),
    data,
    language,
  );
  for (const [index, [expression, output]] of cases.entries()) assert.equal(outputs[index], output, expression);
}

test('text helpers', async () => {
  await expectAll(
    [
      ['{{truncate text 12}}', 'Some words…'],
      ['{{truncate "Donaudampfschiff" 6}}', 'Donau…'],
      ['{{truncate "kurz" 12}}', 'kurz'],
      ['{{excerpt html words=2}}', 'Some &lt;bold&gt;…'],
      ['{{stripTags html}}', 'Some &lt;bold&gt; text &amp; more'],
      ['{{upper "straße"}} {{lower "ÄB"}} {{slug "Ünder Score"}}', 'STRASSE äb under-score'],
      ['{{concat "a" 1 "<"}} {{join list}} {{join list " | "}} {{join empty}}', 'a1&lt; a, b a | b '],
      [
        '{{default empty "none"}} {{default nothing 0}} {{default zero 5}} {{default "" nothing "third"}}',
        'none 0 0 third',
      ],
    ],
    {
      text: 'Some words here',
      html: new SafeHtml('<p>Some &lt;bold&gt; text</p><p>&amp; <b>more</b></p><script>x</script>'),
      list: ['a', '', 'b'],
      empty: [],
      zero: 0,
    },
  );
});

test('conditions and lists', async () => {
  await expectAll(
    [
      ['{{eq 1 "1"}} {{eq "a" "b"}} {{ne 1 2}} {{eq nothing nothing}} {{eq html "x"}}', 'true false true true true'],
      [
        '{{gt 2 1}} {{gte 2 2}} {{lt 2 1}} {{lte 2 2}} {{gt nothing 0}} {{lt "10" "9"}}',
        'true true false true false false',
      ],
      ['{{and 1 "a"}} {{and 1 0}} {{or 0 "" "c"}} {{not empty}} {{not list}}', 'a 0 c true false'],
      [
        '{{includes list "b"}} {{includes "abc" "bc"}} {{includes list "z"}} {{includes nothing 1}}',
        'true true false false',
      ],
      ['{{first list}} {{last list}} {{count list}} {{count nothing}} {{join (slice list 0 1)}}', 'a b 2 0 a'],
      [
        '{{join (range 1 3)}} {{join (array 1 "x")}} {{add 1 2 3}} {{subtract 5 2}} {{#with (object a=1)}}{{a}}{{/with}}',
        '1, 2, 3 1, x 6 3 1',
      ],
      [
        '{{#if empty}}a{{else}}b{{/if}}{{#if blank}}a{{else}}b{{/if}}{{#if record}}a{{else}}b{{/if}}{{#unless 0}}c{{/unless}}{{#if list}}d{{/if}}',
        'bbbcd',
      ],
      [
        '{{#each list}}{{@index}}{{this}}{{#if @last}}!{{/if}}{{/each}}{{#each empty}}x{{else}}none{{/each}}',
        '0a1b!none',
      ],
    ],
    { list: ['a', 'b'], empty: [], blank: new SafeHtml(' '), html: new SafeHtml('x'), record: {} },
  );
});

test('dates stand in the zone and language of the site', async () => {
  const data = { when: '2026-03-28T23:30:00Z', date: { iso: '2026-01-02T00:00:00Z' }, bad: 'never' };
  await expectAll(
    [
      ['{{date when format="long"}}', 'March 29, 2026'],
      [
        '{{date when format="month"}} {{date this.date format="year"}} {{date when format="iso"}}',
        'March 2026 2026 2026-03-28T23:30:00.000Z',
      ],
      ['[{{date bad}}] [{{date nothing}}] {{date 0 format="year"}}', '[] [] 1970'],
      ['{{date when format="constructor"}}', 'Mar 29, 2026'],
    ],
    data,
  );
  await expectAll(
    [
      ['{{date when format="long"}}', '29. März 2026'],
      ['{{date when format="time"}}', '00:30'],
      ['{{number 1234.5}}', '1.234,5'],
    ],
    data,
    'de',
  );
});

test('relative dates', () => {
  const now = Date.parse('2026-06-15T12:00:00Z');
  const helper = new FormatHelpers(() => now).definitions()['date'];
  const say = (ms: number): unknown =>
    helper?.run([now + ms], {
      hash: { format: 'relative' },
      view: { site: { language: 'en' } },
      state: {},
    } as unknown as Parameters<typeof helper.run>[1]);
  assert.deepEqual(
    [say(0), say(-5 * 60_000), say(-86_400_000), say(3 * 86_400_000), say(-400 * 86_400_000)],
    ['now', '5 minutes ago', 'yesterday', 'in 3 days', 'last year'],
  );
});

test('figures', async () => {
  await expectAll([
    [
      '{{number 1234567}} {{number 0.256 style="percent"}} {{number 1500 style="compact"}} {{number 2 digits=2}}',
      '1,234,567 25.6% 1.5K 2.00',
    ],
    ['{{bytes 0}} {{bytes 1500}} {{bytes 2500000}}', '0 byte 1.5 kB 2.5 MB'],
  ]);
});

test('an image has size, candidates and alt text, is lazy unless told, and an absent one is nothing', async () => {
  const image = {
    src: '/a.jpg',
    srcset: '/a.jpg 640w, /b.jpg 1280w',
    sizes: '100vw',
    width: 640,
    height: 480,
    alt: 'A "cat"',
    caption: null,
  };
  const [lazy, eager, none] = await printed(
    [
      '{{image image class="x"}}',
      '{{image image loading="eager" priority="high" alt="" sizes="50vw"}}',
      '[{{image nothing}}]',
    ],
    { image },
  );
  assert.equal(
    lazy,
    '<img src="/a.jpg" srcset="/a.jpg 640w, /b.jpg 1280w" sizes="100vw" width="640" height="480" alt="A &quot;cat&quot;" class="x" loading="lazy" decoding="async">',
  );
  assert.equal(
    eager,
    '<img src="/a.jpg" srcset="/a.jpg 640w, /b.jpg 1280w" sizes="50vw" width="640" height="480" alt="" fetchpriority="high">',
  );
  assert.equal(none, '[]');
});

test('srcset keeps the candidates that are addresses', () => {
  assert.equal(
    safeSrcset('/a.jpg 1x, javascript:x 2x, /b.jpg" onload="x 3x, https://x.org/c.jpg 640w,'),
    '/a.jpg 1x, https://x.org/c.jpg 640w',
  );
});

test('query parameters are set, replaced and taken away', () => {
  assert.equal(withQuery('/a?b=1&c=2#d', { b: 3, c: '', e: 'x y' }), '/a?b=3&e=x+y#d');
  assert.equal(withQuery('https://x.org/', {}), 'https://x.org/');
});

test('classes, icons, JSON and the boot script', async () => {
  const [classes, icon, labelled, json, boot] = await printed(
    [
      '<p class="{{classes "a" nothing list is-on=yes is-off=no}}">',
      '{{icon "search"}}',
      '{{icon "search" label="Find <it>" size=20}}',
      '<p data-x="{{json o}}">',
      '{{themeBoot}}',
    ],
    { yes: 1, no: 0, list: ['b', 'c'], o: { a: '"<' } },
  );
  assert.equal(classes, '<p class="a b c is-on">');
  assert.match(
    icon ?? '',
    /^<svg class="icon" width="16" height="16" .* aria-hidden="true"><path d="[^"]+"\/><\/svg>$/,
  );
  assert.match(labelled ?? '', /width="20".*role="img" aria-label="Find &lt;it&gt;"/);
  assert.equal(json, '<p data-x="{&quot;a&quot;:&quot;\\&quot;\\u003c&quot;}">');
  assert.match(boot ?? '', /^<script>\(function/);
});
