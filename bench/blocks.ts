// Block markup: reading, writing and rendering, by the megabyte and by the post.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBlocks, sanitizeContent, serializeBlocks, textOf } from '../core/content/blocks/api.ts';
import { ANONYMOUS } from '../core/identity/viewer.ts';
import { startTestSite } from '../core/testing.ts';
import type { Bench, Row } from './report.ts';
import { ROOT } from './sites.ts';

const FIXTURES = join(ROOT, '../shared/data/blocks');
const paragraph =
  '<!-- wp:paragraph -->\n<p>Words in a row, <em>some</em> of them <a href="/x/">linked</a>.</p>\n<!-- /wp:paragraph -->';
const list =
  '<!-- wp:list -->\n<ul class="wp-block-list"><!-- wp:list-item -->\n<li>One</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->';

/** What is read: an ordinary post, and every block of the sample data in one body where that is there. */
function bodies(): Record<string, string> {
  const post = Array.from({ length: 20 }, (_, index) => (index % 5 === 4 ? list : paragraph)).join('\n\n');
  if (!existsSync(FIXTURES)) return { 'a post of 20 blocks': post };
  const files = globSync('*.html', { cwd: FIXTURES }).filter((name) => !/\.(serialized|server)\.html$/.test(name));
  const all = files.sort().map((name) => readFileSync(join(FIXTURES, name), 'utf8'));
  return { 'a post of 20 blocks': post, [`${files.length} fixtures`]: all.join('\n\n') };
}

async function milliseconds(work: () => unknown, times: number): Promise<number> {
  const samples: number[] = [];
  for (let time = 0; time < times; time++) {
    const from = performance.now();
    await work();
    samples.push(performance.now() - from);
  }
  return samples.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}

/** Block markup. */
export const blocksBench: Bench = {
  title: 'Blocks: milliseconds a body, medians',
  async run({ quick }): Promise<Row[]> {
    const { site, stop } = await startTestSite({ plugins: ['posts', 'blocks'] });
    const times = quick ? 5 : 50;
    const rows: Row[] = [];
    try {
      for (const [body, text] of Object.entries(bodies())) {
        const blocks = parseBlocks(text);
        const render = (): Promise<unknown> =>
          site.blocks.render(text, { site, viewer: ANONYMOUS, language: 'en', tag: () => undefined });
        await render();
        rows.push({
          body,
          bytes: text.length,
          parse: await milliseconds(() => parseBlocks(text), times),
          serialize: await milliseconds(() => serializeBlocks(blocks), times),
          sanitize: await milliseconds(() => sanitizeContent(text, { unfiltered: false }), times),
          'text of': await milliseconds(() => textOf(text), times),
          render: await milliseconds(render, times),
        });
      }
    } finally {
      await stop();
    }
    return rows;
  },
};
