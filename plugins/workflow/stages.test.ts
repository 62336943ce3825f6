import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Entry, type EntryDraft, SYSTEM, type Viewer } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { MOVE_KEY, NOTE_KEY } from './guard.ts';
import { Places } from './places.ts';
import { indexOf, mayGoOut, mayMove, savePlan, storedPlan } from './plan.ts';
import { usePlan } from './test-plan.ts';

const DENIED = { code: 'GALLEY_PERMISSION_DENIED' };
const ROLES = ['subscriber', 'contributor', 'author', 'editor', 'administrator'] as const;
const PLUGINS = ['posts', 'blocks', 'users', 'comments', 'dashboard', 'workflow'];

forEachSite({ plugins: PLUGINS }, (suite) => {
  const save = (draft: EntryDraft, viewer: Viewer = SYSTEM): Promise<Entry> =>
    suite.current.site.entries.save({ type: 'post', ...draft }, { viewer });
  const move = ({ id }: Entry, to: string, viewer: Viewer, note = ''): Promise<Entry> =>
    suite.current.site.entries.save({ id, meta: { [MOVE_KEY]: to, [NOTE_KEY]: note } }, { viewer });
  const stageOf = async ({ id }: Entry): Promise<string> =>
    (await new Places(suite.current.site).of([id])).get(id)?.stage ?? 'draft';
  const browserOf = async (role: string) => {
    const login = await suite.current.loginAs(role);
    return { ...login, browser: new Browser(() => suite.current, login.cookie) };
  };

  describe('without stages', () => {
    test('all is as always', async () => {
      const { browser, viewer } = await browserOf('author');
      const entry = await save({ title: 'Free', status: 'publish' }, viewer);
      assert.equal(entry.status, 'publish');
      const form = await browser.get('/admin/content/post/new');
      assert.doesNotMatch(form.html, /stages-steps/);
      assert.equal((await browser.get('/admin/workflow')).status, 403);
    });
  });

  describe('with stages', () => {
    before(() => usePlan(suite.current.site));
    after(() => savePlan(suite.current.site, 'post', { stages: [], mustPass: false }));

    test('who may bring an entry where is asked in the domain, for each role and each way', async () => {
      const may: Record<string, string[]> = {
        contributor: ['draft>review', 'review>draft', 'legal>draft', 'legal>review'],
        author: ['draft>review', 'review>draft', 'legal>draft', 'legal>review'],
      };
      // Back from where they could not have brought it is not theirs either: the target is.
      const stages = ['draft', 'review', 'legal', 'approved'];
      const plan = await storedPlan(suite.current.site, 'post');
      for (const role of ROLES) {
        const { viewer } = await suite.current.loginAs(role);
        for (const from of stages)
          for (const to of stages) {
            if (from === to) continue;
            const entry = await save({ title: `${role} ${from} ${to}`, authorId: viewer.id });
            if (from !== 'draft') await move(entry, from, SYSTEM);
            const expected = mayMove(viewer, plan, { from: indexOf(plan, from), to: indexOf(plan, to) });
            const isAllowed = await move(entry, to, viewer).then(
              () => true,
              (error: { code: string }) => error.code !== 'GALLEY_PERMISSION_DENIED',
            );
            const isRight = role === 'subscriber' ? false : expected;
            assert.equal(isAllowed, isRight, `${role} from ${from} to ${to}`);
            assert.equal(await stageOf(entry), isAllowed ? to : from);
            const isKnown = may[role]?.includes(`${from}>${to}`);
            if (isKnown) assert.ok(isAllowed, `${role} from ${from} to ${to}`);
            if (['legal', 'approved'].includes(to) && ['contributor', 'author'].includes(role))
              assert.equal(isAllowed, false, `${role} to ${to}`);
            await suite.current.site.entries.remove(entry.id, { viewer: SYSTEM });
          }
      }
    });

    test('the list of entries shows stages and is narrowed by them', async () => {
      const { browser, token } = await browserOf('editor');
      const [waiting, begun] = [await save({ title: 'Waits there' }), await save({ title: 'Begun only' })];
      await move(waiting, 'review', SYSTEM);
      const list = await browser.get('/admin/content/post?filter.stage=review');
      assert.match(list.text, /Stage: In review/);
      assert.match(list.html, />Waits there</);
      assert.doesNotMatch(list.html, />Begun only</);
      const back = '/admin/content/post?filter.stage=review';
      const look = { _token: token, back, list: 'content:post', columns: ['stage'], order: ['stage'] };
      const chosen = await browser.post('/admin/lists/look', look);
      assert.match(chosen.html, /data-label="Stage"|>In review</);
      const first = (await browser.get('/admin/content/post?filter.stage=draft')).html;
      assert.match(first, />Begun only</, 'what has never moved stands at the first stage');
      assert.doesNotMatch(first, />Waits there</);
      await move(waiting, 'draft', SYSTEM);
      assert.match((await browser.get('/admin/content/post?filter.stage=draft')).html, />Waits there</);
      await move(begun, 'legal', SYSTEM);
      assert.match((await browser.get('/admin/content/post?filter.stage=legal')).html, />Begun only</);
      assert.doesNotMatch((await browser.get('/admin/content/page')).text, /Stage: all/);
    });

    test('nobody publishes what has not passed, whichever way he tries', async () => {
      const { site } = suite.current;
      const { browser, viewer, token } = await browserOf('author');
      const entry = await save({ title: 'Impatient' }, viewer);
      for (const status of ['publish', 'private', 'future'] as const)
        await assert.rejects(
          site.entries.save({ id: entry.id, status, publishedAt: Date.now() + 60_000 }, { viewer }),
          DENIED,
          status,
        );
      await assert.rejects(save({ title: 'At once', status: 'publish' }, viewer), DENIED);
      await browser.post(`/admin/content/post/${entry.id}/publish`, { _token: token });
      await browser.post('/admin/content/post/bulk', { _token: token, action: 'publish', ids: String(entry.id) });
      const form = await browser.get(`/admin/content/post/${entry.id}`);
      assert.doesNotMatch(form.text, /Publish Publish/);
      await browser.post(`/admin/content/post/${entry.id}`, {
        _token: token,
        press: 'publish',
        title: 'Impatient',
        version: String(entry.version),
      });
      assert.equal((await site.entries.need(entry.id, SYSTEM)).status, 'draft');
    });

    test('an entry goes from stage to stage, and out, with a history of who, when and why', async () => {
      const writer = await browserOf('author');
      const editor = await browserOf('editor');
      const entry = await save({ title: 'On the way' }, writer.viewer);
      const url = `/admin/content/post/${entry.id}`;
      const form = await writer.browser.get(url);
      const moved = await writer.browser.submit(form, 'Move to In review', {
        stageNote: 'Please look at the numbers.',
      });
      assert.match(moved.text, /Please look at the numbers/);
      assert.doesNotMatch(moved.text, /Move to Legal/);
      assert.match(moved.text, /It stands at “In review” now\./);
      assert.equal((await suite.current.site.entries.need(entry.id, SYSTEM)).status, 'pending');
      const waiting = await editor.browser.get('/admin');
      assert.match(waiting.text, /Your to-do/);
      assert.match(waiting.text, /On the way.*Waits for your decision/);
      const back = await editor.browser.submit(await editor.browser.get(url), 'Send back to Draft', {
        stageNote: 'They do not add up.',
      });
      assert.equal(back.status, 200);
      assert.match((await writer.browser.get('/admin')).text, /On the way.*Was sent back to you/);
      await writer.browser.submit(await writer.browser.get(url), 'Move to In review');
      await editor.browser.submit(await editor.browser.get(url), 'Move to Approved');
      assert.match((await editor.browser.get('/admin/workflow?type=post&stage=approved')).text, /On the way/);
      const out = await writer.browser.submit(await writer.browser.get(url), 'Publish');
      assert.match(out.text, /Visitors see it now/);
      const moves = await new Places(suite.current.site).moves(entry.id);
      assert.deepEqual(moves.map(({ from, to, by }) => [from, to, by]).reverse(), [
        ['draft', 'review', writer.user.id],
        ['review', 'draft', editor.user.id],
        ['draft', 'review', writer.user.id],
        ['review', 'approved', editor.user.id],
      ]);
      assert.equal(moves.at(-1)?.note, 'Please look at the numbers.');
    });

    test('a text that is changed after it passed begins again, unless by somebody who may let it pass', async () => {
      const { viewer: writer } = await suite.current.loginAs('author');
      const { viewer: editor } = await suite.current.loginAs('editor');
      const entry = await save({ title: 'Passed' }, writer);
      await move(entry, 'approved', editor);
      await save({ id: entry.id, title: 'Passed, and polished' }, editor);
      assert.equal(await stageOf(entry), 'approved');
      await save({ id: entry.id, sticky: false, title: 'Passed, and polished' }, writer);
      assert.equal(await stageOf(entry), 'approved', 'nothing that readers see has changed');
      await assert.rejects(save({ id: entry.id, title: 'Smuggled', status: 'publish' }, writer), DENIED);
      await save({ id: entry.id, title: 'Not what was approved' }, writer);
      assert.equal(await stageOf(entry), 'draft');
      await assert.rejects(save({ id: entry.id, status: 'publish' }, writer), DENIED);
    });

    test('what is out is changed by those only who may let it pass, and begins again when it is taken back', async () => {
      const { viewer: writer } = await suite.current.loginAs('author');
      const { viewer: editor } = await suite.current.loginAs('editor');
      const entry = await save({ title: 'Out' }, writer);
      await move(entry, 'approved', editor);
      await save({ id: entry.id, status: 'publish' }, writer);
      await assert.rejects(save({ id: entry.id, content: '<p>Other</p>' }, writer), DENIED);
      await save({ id: entry.id, content: '<p>Better</p>' }, editor);
      await save({ id: entry.id, status: 'draft' }, writer);
      assert.equal(await stageOf(entry), 'draft');
      await assert.rejects(save({ id: entry.id, status: 'publish' }, writer), DENIED);
    });

    test('imports and the system are let through, and whoever may enter every stage goes out at once', async () => {
      const { site, loginAs } = suite.current;
      const { viewer: author } = await loginAs('author');
      const { viewer: editor } = await loginAs('editor');
      const imported = { type: 'post', title: 'From elsewhere', status: 'publish' } as const;
      assert.equal((await site.entries.save(imported, { viewer: author, isImport: true })).status, 'publish');
      assert.equal((await save({ title: 'By the system', status: 'publish' })).status, 'publish');
      assert.equal((await save({ title: 'By an editor', status: 'publish' }, editor)).status, 'publish');
      const free = await storedPlan(site, 'post');
      assert.equal(mayGoOut(author, { ...free, mustPass: false }, 0), true);
    });

    test('the words for a move are stored nowhere, and entries of others are not shown', async () => {
      const { site } = suite.current;
      const editor = await browserOf('editor');
      const entry = await save({ title: 'Hidden from others' }, editor.viewer);
      await move(entry, 'review', editor.viewer, 'secret note');
      assert.deepEqual((await site.meta.of('entry', [entry.id], [MOVE_KEY, NOTE_KEY])).get(entry.id) ?? {}, {});
      const contributor = await browserOf('contributor');
      assert.doesNotMatch((await contributor.browser.get('/admin/workflow')).text, /Hidden from others/);
      assert.doesNotMatch((await contributor.browser.get('/admin')).text, /Hidden from others/);
      await site.entries.remove(entry.id, { viewer: SYSTEM });
      assert.equal((await new Places(site).moves(entry.id)).length, 0);
    });
  });

  test('an administrator makes, orders, renames and removes stages', async () => {
    const { site } = suite.current;
    const { browser } = await browserOf('administrator');
    const url = '/admin/workflow/stages/page';
    const one = await browser.submit(await browser.get(url), 'Save stages', { 'stage.0.title': 'Only' });
    assert.equal(one.status, 422);
    assert.match(one.text, /One stage leads nowhere/);
    const made = await browser.submit(await browser.get(url), 'Save stages', {
      'stage.0.title': 'Second',
      'stage.0.order': '2',
      'stage.1.title': 'First',
      'stage.1.order': '1',
      'stage.1.roles': ['editor'],
      mustPass: true,
    });
    assert.match(made.text, /The stages hold from now on/);
    const { stages } = await storedPlan(site, 'page');
    assert.deepEqual(
      stages.map(({ id, title }) => [id, title]),
      [
        ['first', 'First'],
        ['second', 'Second'],
      ],
    );
    const renamed = await browser.submit(made, 'Save stages', { 'stage.0.title': 'Begin' });
    assert.equal((await storedPlan(site, 'page')).stages[0]?.id, 'first', 'entries keep their place');
    const again = await browser.submit(renamed, 'Save stages', { 'stage.1.title': 'begin' });
    assert.match(again.text, /the same name/);
    const none = { 'stage.0.remove': true, 'stage.1.remove': true };
    await browser.submit(await browser.get(url), 'Save stages', none);
    assert.deepEqual((await storedPlan(site, 'page')).stages, []);
    for (const role of ROLES.slice(0, 4)) {
      const other = await browserOf(role);
      assert.equal((await other.browser.get('/admin/workflow/stages')).status, 403, role);
      assert.equal((await other.browser.post(url, { _token: other.token, count: '0' })).status, 403, role);
    }
  });
});
