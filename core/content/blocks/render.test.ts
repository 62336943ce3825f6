import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { ANONYMOUS } from '../../identity/viewer.ts';
import { HookEngine } from '../../kernel/hooks.ts';
import type { Site } from '../../kernel/site.ts';
import type { Entry } from '../entry.ts';
import { Blocks } from './blocks.ts';
import type { RenderContext } from './definition.ts';
import { addToTag } from './start-tag.ts';
import { presetToCss, wrapperAttributes } from './supports.ts';

const DATA = join(import.meta.dirname, '../../../../shared/data/blocks');
const MISSING = existsSync(DATA) ? false : `no sample data in ${DATA}`;

interface Failure {
  owner: string;
  where: string;
}

/** The parts of a site that rendering touches: real hooks, and a list of what failed. */
function makeSite(): { blocks: Blocks; context: RenderContext; failures: Failure[]; hooks: HookEngine } {
  const failures: Failure[] = [];
  const hooks = new HookEngine();
  hooks.define('blocks:rendered', { kind: 'filter', summary: 'Bodies were rendered.' });
  const log = { error: () => undefined };
  const plugins = { fault: (owner: string, where: string) => failures.push({ owner, where }) };
  const site = { hooks, log, plugins } as unknown as Site;
  const context = { site, viewer: ANONYMOUS, language: 'en', tag: () => undefined };
  return { blocks: Blocks.of(site), context, failures, hooks };
}

async function html(blocks: Blocks, text: string, context: RenderContext): Promise<string> {
  return (await blocks.render(text, context)).value;
}

const entry = (id: number): Entry => ({ id }) as Entry;

describe('rendering', () => {
  test('shows the saved HTML of blocks, also of unknown ones, without their comments', async () => {
    const { blocks, context } = makeSite();
    const text = '<!-- wp:a {"x":1} --><div><!-- wp:b/c --><p>x</p><!-- /wp:b/c --></div><!-- /wp:a -->\ny';
    assert.equal(await html(blocks, text, context), '<div><p>x</p></div>\ny');
  });

  test('renders the sample of WordPress as WordPress does', { skip: MISSING }, async () => {
    const { blocks, context } = makeSite();
    blocks.define('core/shortcode', { title: 'Shortcode', content: 'classic' });
    const result = await html(blocks, readFileSync(join(DATA, 'do-blocks-original.html'), 'utf8'), context);
    const squeeze = (text: string): string => text.replace(/\s+/g, '');
    assert.equal(squeeze(result), squeeze(readFileSync(join(DATA, 'do-blocks-expected.html'), 'utf8')));
  });

  test('makes paragraphs of classic content only', async () => {
    const { blocks, context } = makeSite();
    assert.equal(await html(blocks, 'a\n\nb', context), '<p>a</p>\n<p>b</p>');
    assert.equal(await html(blocks, 'a\n\nb<!-- wp:x /-->', context), 'a\n\nb');
  });

  test('loads the data of a kind of block once for all of a page and prints it block by block', async () => {
    const { blocks, context } = makeSite();
    let loads = 0;
    blocks.define('t/double', {
      title: 'Double',
      attributes: { n: { type: 'number', default: 1 } },
      load: async (all) => {
        loads++;
        return new Map(all.map((block) => [block, Number(block.attrs['n']) * 2]));
      },
      render: (block, data: Map<unknown, number>) => `<b>${data.get(block)}${block.inner}</b>`,
    });
    const text = '<!-- wp:t/double {"n":2} --><!-- wp:t/double {"n":"x"} /--><!-- /wp:t/double -->';
    const [one, two] = await blocks.renderMany([{ text }, { text }], context);
    assert.equal(one?.value, '<b>4<b>2</b></b>');
    assert.equal(two?.value, one?.value);
    assert.equal(loads, 1);
  });

  test('repeats inner blocks for each entry of a loop, and loads what they need in one go', async () => {
    const { blocks, context } = makeSite();
    const loads: number[][] = [];
    blocks.define('t/loop', { title: 'Loop', expand: () => [1, 2, 3].map((id) => ({ scope: { entry: entry(id) } })) });
    blocks.define('t/id', {
      title: 'Id',
      load: async (all) => void loads.push(all.map((block) => block.scope.entry?.id ?? 0)),
      render: (block) => `${block.scope.entry?.id};`,
    });
    const text = '<!-- wp:t/id /--><!-- wp:t/loop --><i><!-- wp:t/id /--></i><!-- /wp:t/loop -->';
    assert.equal(await html(blocks, text, { ...context, entry: entry(9) }), '9;<i>1;</i><i>2;</i><i>3;</i>');
    assert.deepEqual(loads, [[9], [1, 2, 3]]);
  });

  test('comes to an end when loops contain themselves', async () => {
    const { blocks, context } = makeSite();
    blocks.define('t/self', {
      title: 'Self',
      expand: () => [1, 2, 3].map(() => ({ blocks: blocks.parse('<!-- wp:t/self /-->') })),
      render: (block) => `(${block.items.join('')})`,
    });
    const from = cpuMs();
    const result = await html(blocks, '<!-- wp:t/self /-->', context);
    assert.ok(result.length < 20_000, `${result.length}`);
    assert.ok(cpuMs() - from < 2000);
  });

  test('leaves out a block that fails, names its owner and goes on', async () => {
    const { blocks, context, failures } = makeSite();
    const bound = blocks.ownedBy('broken');
    bound.define('t/load', { title: 'x', load: () => Promise.reject(new Error('no')), render: () => 'never' });
    bound.define('t/render', {
      title: 'x',
      render() {
        throw new Error('no');
      },
    });
    bound.shortcodes.define('bad', {
      title: 'x',
      render() {
        throw new Error('no');
      },
    });
    const text = 'a<!-- wp:t/load /-->b<!-- wp:t/render /-->c[bad]d';
    assert.equal(await html(blocks, text, context), 'abcd');
    assert.deepEqual(
      failures.map(({ owner, where }) => `${owner}: ${where}`),
      ['broken: block t/load', 'broken: block shortcode/bad', 'broken: block t/render'].sort((a, b) => order(a, b)),
    );
  });

  test('lets no plugin change the blocks that other renderings share', async () => {
    const { blocks, context, failures } = makeSite();
    blocks.ownedBy('greedy').define('t/greedy', {
      title: 'x',
      render({ block }) {
        (block.attrs['list'] as number[]).push(2);
        return 'changed';
      },
    });
    blocks.define('t/list', { title: 'x', render: ({ block }) => JSON.stringify(block.attrs) });
    const text = '<!-- wp:t/list {"list":[1]} --><!-- wp:t/greedy {"list":[1]} /--><!-- /wp:t/list -->';
    for (let times = 0; times < 2; times++) assert.equal(await html(blocks, text, context), '{"list":[1]}');
    const failed = { owner: 'greedy', where: 'block t/greedy' };
    assert.deepEqual(failures, [failed, failed]);
  });

  test('lets a filter change what was rendered, all bodies at once', async () => {
    const { blocks, context, hooks } = makeSite();
    hooks.addFilter('blocks:rendered', (bodies) => bodies.map((body) => `${body}!`));
    const result = await blocks.renderMany([{ text: '<b>a</b>' }, { text: 'b' }], context);
    assert.deepEqual(
      result.map((body) => body.value),
      ['<p><b>a</b></p>!', '<p>b</p>!'],
    );
  });

  test('forgets the blocks and shortcodes of an owner', async () => {
    const { blocks } = makeSite();
    const bound = blocks.ownedBy('gone');
    bound.define('t/x', { title: 'x' });
    bound.shortcodes.define('x', { title: 'x' });
    blocks.removeOwner('gone');
    assert.equal(blocks.has('t/x') || blocks.shortcodes.has('x'), false);
  });

  test('gives elements ids that differ within a page and stay the same next time', async () => {
    const { blocks, context } = makeSite();
    blocks.define('t/id', { title: 'Id', render: (_block, _data, { unique }) => `${unique('x')} ` });
    const text = '<!-- wp:t/id /--><!-- wp:t/id /-->';
    const [one, two] = (await html(blocks, text, context)).split(' ');
    assert.notEqual(one, two);
    assert.equal((await html(blocks, text, context)).split(' ')[0], one);
  });
});

/** The order in which the failures above happen: loading first, then printing from left to right. */
function order(a: string, b: string): number {
  const steps = ['broken: block t/load', 'broken: block t/render', 'broken: block shortcode/bad'];
  return steps.indexOf(a) - steps.indexOf(b);
}

describe('shortcodes', () => {
  function withShortcodes(): ReturnType<typeof makeSite> {
    const made = makeSite();
    made.blocks.shortcodes.define('box', { title: 'Box', render: (block) => `<div>${block.inner}</div>` });
    made.blocks.shortcodes.define('year', { title: 'Year', isInline: true, render: () => '2026' });
    return made;
  }

  test('run in classic content, around which paragraphs are made', async () => {
    const { blocks, context } = withShortcodes();
    assert.equal(
      await html(blocks, 'In [year]\n\n[box]a [year][/box]\n\n[other]', context),
      '<p>In 2026</p>\n<div>a 2026</div>\n<p>[other]</p>',
    );
  });

  test('run in the text of blocks but not in attributes and code', async () => {
    const { blocks, context } = withShortcodes();
    blocks.define('core/code', { title: 'Code', content: 'verbatim' });
    const text =
      '<!-- wp:paragraph --><p title="[year]">[year]</p><!-- /wp:paragraph --><!-- wp:code --><pre>[year]</pre><!-- /wp:code -->';
    assert.equal(await html(blocks, text, context), '<p title="[year]">2026</p><pre>[year]</pre>');
  });

  test('in shortcodes end at a depth', async () => {
    const { blocks, context } = withShortcodes();
    const result = await html(blocks, `${'[box]'.repeat(200)}x${'[/box]'.repeat(200)}`, context);
    assert.ok(result.includes('[box]') && result.startsWith('<div>'));
  });
});

describe('supports', () => {
  test('layouts are written into the first tag, or the one that holds the inner blocks', async () => {
    const { blocks, context } = makeSite();
    blocks.define('core/group', { title: 'Group', layout: { default: 'flow' } });
    const attrs =
      '{"layout":{"type":"flex","justifyContent":"center","orientation":"vertical"},"style":{"spacing":{"blockGap":"var:preset|spacing|50"}}}';
    const inner = "<!-- wp:group --><div class='wp-block-group'></div><!-- /wp:group -->";
    assert.equal(
      await html(
        blocks,
        `<!-- wp:group ${attrs} --><div class="wp-block-group">${inner}</div><!-- /wp:group -->`,
        context,
      ),
      '<div style="gap:var(--wp--preset--spacing--50)" class="wp-block-group is-vertical is-content-justification-center is-layout-flex wp-block-group-is-layout-flex">' +
        "<div class='wp-block-group is-layout-flow wp-block-group-is-layout-flow'></div></div>",
    );
  });

  test('colours of links inside a block become a custom property', async () => {
    const { blocks, context } = makeSite();
    blocks.define('core/paragraph', { title: 'Paragraph' });
    const attrs = '{"style":{"elements":{"link":{"color":{"text":"var:preset|color|red"}}}}}';
    const text = `<!-- wp:paragraph ${attrs} --><p>x</p><!-- /wp:paragraph -->`;
    assert.equal(
      await html(blocks, text, context),
      '<p style="--wp--element--link--color:var(--wp--preset--color--red)">x</p>',
    );
  });

  test('wrapperAttributes escapes all and drops what is no CSS', () => {
    const attrs = {
      className: 'a "><script>',
      anchor: '"x',
      textColor: 'red" onclick="x',
      align: 'wide',
      fontSize: 'large',
      style: {
        color: { text: 'red;background:url(x)', background: '#fff' },
        spacing: { padding: { top: 'var:preset|spacing|50' } },
        border: { width: 5 },
      },
    };
    assert.equal(
      wrapperAttributes('core/archives', attrs, { attributes: { title: '<' } }),
      ' id="&quot;x" class="wp-block-archives alignwide has-text-color has-background has-large-font-size a &quot;&gt;&lt;script&gt;"' +
        ' style="background-color:#fff;border-width:5px;padding-top:var(--wp--preset--spacing--50)" title="&lt;"',
    );
  });

  test('presetToCss leaves other values alone', () => {
    assert.equal(presetToCss('var:preset|color|a-b'), 'var(--wp--preset--color--a-b)');
    assert.equal(presetToCss('var:x);y'), 'var:x);y');
  });

  test('addToTag keeps quotes, adds no class twice and finds no tag in an attribute', () => {
    assert.equal(addToTag('<p class="a">', { classes: ['a', 'b'] }), '<p class="a b">');
    assert.equal(
      addToTag("<p style='color:red'>", { style: 'font-family:"x"' }),
      "<p style='color:red;font-family:&quot;x&quot;'>",
    );
    assert.equal(addToTag('text', { classes: ['a'] }), 'text');
    const trap = '<p title="<b onclick=x inner>"><i class="inner"></i></p>';
    assert.equal(
      addToTag(trap, { classes: ['z'] }, 'inner'),
      '<p class="z" title="<b onclick=x inner>"><i class="inner"></i></p>',
    );
  });
});
