import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { ANONYMOUS, SYSTEM } from '../identity/viewer.ts';

forEachSite({ plugins: ['posts', 'blocks'] }, (suite) => {
  test('text, excerpt and fields of a protected entry are presented to those who gave its password only', async () => {
    const { site } = suite.current;
    site.types.register('offer', {
      title: 'Offers',
      singular: 'Offer',
      supports: ['title', 'content', 'excerpt'],
      fields: { price: { kind: 'integer', label: 'Price' } },
    });
    const { id } = await site.entries.save(
      {
        type: 'offer',
        status: 'publish',
        title: 'Guarded',
        content: '<p>within</p>',
        excerpt: 'in short',
        password: 'open sesame',
        fields: { price: 12 },
      },
      { viewer: SYSTEM },
    );
    const entry = await site.entries.need(id, ANONYMOUS);
    const [closed] = await site.entries.present([entry], { viewer: ANONYMOUS, content: true });
    assert.equal(closed?.protected, true);
    assert.deepEqual(closed?.fields, {});
    assert.doesNotMatch(
      `${closed?.content.value}${closed?.standfirst?.value ?? ''}${closed?.excerpt}`,
      /within|in short/,
    );
    const [open] = await site.entries.present([entry], { viewer: ANONYMOUS, content: true, unlocked: [id] });
    assert.deepEqual(open?.fields, { price: 12 });
    assert.match(open?.content.value ?? '', /within/);
  });
});
