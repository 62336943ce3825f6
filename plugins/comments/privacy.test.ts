import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { forgetAddresses } from './privacy.ts';
import { formOf, publish, SOME_COMMENT, sendForm } from './test-comments.ts';

const DAY_MS = 86_400_000;

describe('What is kept of comments, and how quickly they come', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments'] }, (suite) => {
    const site = () => suite.current.site;
    const store = () => site().services.use('comments').store;
    let entry: Entry;
    before(async () => {
      entry = await publish(site(), { slug: 'talk' });
    });

    test('one person waits between two comments, and what was typed stays', async () => {
      const from = { remoteAddress: '10.1.2.7' };
      const first = await sendForm(suite.current, formOf(entry, { comment: 'The first.' }), from);
      assert.equal(first.statusCode, 303);
      const form = formOf(entry, { comment: 'The second.', email: 'other@example.net' });
      const second = await sendForm(suite.current, form, from);
      assert.equal(second.statusCode, 422);
      assert.match(second.body, /You write quickly\. Wait 1[0-5] seconds/);
      assert.match(second.body, /<textarea[^>]*>The second\.<\/textarea>/);
      const elsewhere = await sendForm(suite.current, formOf(entry, { comment: 'The third.' }), {
        remoteAddress: '10.9.9.7',
      });
      assert.equal(elsewhere.statusCode, 422, 'the e-mail address counts as well');
      const stranger = formOf(entry, { comment: 'The fourth.', email: 'stranger@example.net' });
      assert.equal((await sendForm(suite.current, stranger, { remoteAddress: '10.8.8.7' })).statusCode, 303);
    });

    test('an account waits wherever it comes from; moderators do not wait', async () => {
      for (const [role, status] of [
        ['subscriber', 422],
        ['editor', 303],
      ] as const) {
        const as = await suite.current.loginAs(role);
        await sendForm(suite.current, formOf(entry, { comment: `${role} one` }), { as });
        const again = await sendForm(suite.current, formOf(entry, { comment: `${role} two` }), { as });
        assert.equal(again.statusCode, status, role);
      }
    });

    test('with time gone by, or no limit, nobody waits', async () => {
      const from = { remoteAddress: '10.7.7.7' };
      const send = (comment: string) =>
        sendForm(suite.current, formOf(entry, { comment, email: 'patient@example.net' }), from);
      await send('Now.');
      const earlier = Date.now() - 16_000;
      await site()
        .database.write('comments')
        .where({ author_email: 'patient@example.net' })
        .update({ created_at: earlier });
      assert.equal((await send('A little later.')).statusCode, 303);
      await site().options.set('comments_flood', 0);
      assert.equal((await send('At once.')).statusCode, 303);
      await site().options.remove('comments_flood');
    });

    test('addresses of machines are forgotten after the days of the setting, and not before', async () => {
      const make = (days: number) =>
        store().insert({ ...SOME_COMMENT, entryId: entry.id, createdAt: Date.now() - days * DAY_MS });
      const [old, fresh] = [await make(31), await make(29)];
      assert.equal(await forgetAddresses(site()), 0, 'unless somebody sets it, they are kept');
      await site().options.set('comments_address_days', 30);
      assert.equal(await forgetAddresses(site()), 1);
      const [gone, kept] = [await store().get(old.id), await store().get(fresh.id)];
      assert.deepEqual([gone?.authorAddress, gone?.agent, gone?.content], ['', '', old.content]);
      assert.equal(kept?.authorAddress, SOME_COMMENT.authorAddress);
      assert.equal(await store().update({ ...old, content: 'Late' }), false, 'nor brings who read it before them back');
    });

    test('the form says what is kept, and leads to the page about privacy; so does the foot of each page', async () => {
      const page = await site().entries.save(
        { type: 'page', title: 'Your data', status: 'publish' },
        { viewer: SYSTEM },
      );
      await site().options.set('comments_note', 'We keep your name and address.');
      await site().options.set('privacy_page', page.id);
      const url = await site().services.use('front').urlOf(entry);
      const { body } = await suite.current.inject({ url });
      assert.match(body, /We keep your name and address\. <a href="\/your-data\/">Your data<\/a>/);
      assert.match((await suite.current.inject({ url: '/' })).body, /<a href="\/your-data\/">Your data<\/a>/);
      await site().entries.save({ id: page.id, status: 'draft' }, { viewer: SYSTEM });
      assert.doesNotMatch((await suite.current.inject({ url: '/' })).body, /Your data/);
    });
  });
});
