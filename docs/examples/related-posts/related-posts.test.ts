import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { forEachTier } from 'galley/testing';

forEachTier(import.meta.dirname, { plugins: ['posts', 'blocks'] }, (suite) => {
  const post = (title: string, tags: string[], content = '') =>
    suite.current.site.entries.save(
      { type: 'post', status: 'publish', title, slug: title.toLowerCase(), content, terms: { post_tag: tags } },
      { viewer: SYSTEM },
    );
  const page = async ({ id }: Entry): Promise<string> => {
    const [shown] = await suite.current.site.entries.present([await suite.current.site.entries.need(id)]);
    return (await suite.current.inject({ url: shown?.url ?? '' })).body;
  };
  let apples: Entry;
  before(async () => {
    await post('Plums', ['fruit']);
    await post('Cider', ['fruit', 'drinks']);
    await post('Bicycles', ['wheels']);
    apples = await post('Apples', ['fruit', 'drinks'], '<!-- wp:related-posts/list {"heading":"More <b>"} /-->');
  });

  test('posts that share most come first, and others not at all', async () => {
    const html = await page(apples);
    assert.match(html, /<h2>More &lt;b&gt;<\/h2><ul><li><a href="[^"]*cider\/">Cider<\/a><\/li><li>[\s\S]*Plums/);
    assert.doesNotMatch(html, /<li><a href="[^"]*">(Bicycles|Apples)<\/a><\/li><\/ul><\/aside>/);
  });

  test('what is published later is there at once, and no more than the settings say', async () => {
    await suite.current.site.options.set('plugin.related-posts', { count: 1 });
    await post('Juice', ['fruit', 'drinks']);
    assert.match(await page(apples), /<ul><li><a href="[^"]*juice\/">Juice<\/a><\/li><\/ul>/);
  });

  test('a post that shares nothing has no such part', async () => {
    assert.doesNotMatch(await page(await post('Alone', [], '<!-- wp:related-posts/list /-->')), /related-posts/);
  });
});
