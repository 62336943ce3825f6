import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isGalleyError, SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

describe('Acting for somebody else', () => {
  forEachSite({ plugins: ['posts', 'users'] }, (suite) => {
    const site = () => suite.current.site;
    const events: string[] = [];
    before(() => {
      site().hooks.addAction('user:impersonated', ({ user, by, isOver }) => {
        events.push(`${by.login} ${isOver ? 'was' : 'is'} ${user.login}`);
      });
    });
    const tokenOf = (cookie: string): string => cookie.split('=')[1] ?? '';

    test('an administrator sees the site as an author does, is told so, and comes back', async () => {
      const ada = await suite.current.loginAs('administrator');
      const author = await suite.current.loginAs('author');
      const browser = new Browser(() => suite.current, ada.cookie);
      const person = await browser.get(`/admin/users/${author.user.id}`);
      const acting = await browser.submit(person, 'See the site as this person');
      assert.match(acting.text, /You see the site as The author/);
      assert.equal((await browser.get('/admin/users')).status, 403, 'with no more rights than the author');
      assert.match((await browser.get('/admin/profile')).text, /You see the site as/);
      const back = await browser.submit(await browser.get('/admin'), 'Back to yourself');
      assert.equal(back.url, `/admin/users/${author.user.id}`);
      assert.doesNotMatch(back.text, /You see the site as/);
      assert.deepEqual(events.splice(0), [
        `${ada.user.login} is ${author.user.login}`,
        `${ada.user.login} was ${author.user.login}`,
      ]);
      assert.equal((await site().sessions.listOf(author.user.id)).length, 1, 'only the author’s own session is left');
      assert.ok(await site().sessions.read(tokenOf(author.cookie)), 'the author has noticed nothing');
    });

    test('what asks for a password stays shut, and nobody acts for a third one', async () => {
      const ada = await suite.current.loginAs('administrator');
      const other = await suite.current.loginAs('administrator');
      const { token } = await site().impersonation.start(tokenOf(ada.cookie), other.user.id);
      const browser = new Browser(() => suite.current, `galley=${token}`);
      const page = await browser.get('/admin/users/new');
      assert.match(page.url, /^\/admin\/confirm/);
      await assert.rejects(site().impersonation.start(token, ada.user.id), /Log in again/);
      await assert.rejects(site().impersonation.stop(token, tokenOf(other.cookie)), (error) =>
        isGalleyError(error, 'GALLEY_LOGIN_REQUIRED'),
      );
      assert.equal(await site().sessions.read(token), undefined);
    });

    test('nobody acts for himself, for one who may do more, for one who is locked out, or without the right', async () => {
      const capabilities = ['read', 'manage_options', 'edit_users', 'list_users'];
      await site().roles.save('support', { title: 'Support', capabilities }, SYSTEM);
      const helper = await suite.current.loginAs('support');
      const boss = await suite.current.loginAs('administrator');
      const reader = await suite.current.loginAs('subscriber');
      const denied = (error: unknown): boolean => isGalleyError(error, 'GALLEY_PERMISSION_DENIED');
      const start = (cookie: string, id: number) => site().impersonation.start(tokenOf(cookie), id);
      await assert.rejects(start(helper.cookie, boss.user.id), denied);
      await assert.rejects(start(helper.cookie, helper.user.id), denied);
      for (const role of ['editor', 'author', 'contributor', 'subscriber'])
        await assert.rejects(start((await suite.current.loginAs(role)).cookie, reader.user.id), denied, role);
      await site().users.setStatus(reader.user.id, 'disabled', SYSTEM);
      await assert.rejects(start(boss.cookie, reader.user.id), denied);
      await site().users.setStatus(reader.user.id, 'active', SYSTEM);
      const { token } = await start(helper.cookie, reader.user.id);
      await site().users.setRoles(helper.user.id, ['subscriber'], SYSTEM);
      assert.equal(await site().sessions.read(token), undefined, 'it ends with the right to do so');
      assert.deepEqual(await site().impersonation.start(tokenOf(boss.cookie), reader.user.id).then(Boolean), true);
    });
  });
});
