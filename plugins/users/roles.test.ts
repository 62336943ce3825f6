import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isGalleyError, type RoleChanged, SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { changeRoles, removeRole, stateOfRoles } from './role-change.ts';

describe('Roles', () => {
  forEachSite({ plugins: ['posts', 'users'] }, (suite) => {
    let administrator: Browser;
    const site = () => suite.current.site;
    const denied = (error: unknown): boolean => isGalleyError(error, 'GALLEY_PERMISSION_DENIED');
    before(async () => {
      administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    });
    const held = async (name: string): Promise<string[]> => (await site().roles.get(name))?.capabilities ?? [];

    test('the grid says what changes for how many people, and changes it when asked to', async () => {
      await site().users.create({ login: 'an_author', roles: ['author'] }, SYSTEM);
      const grid = await administrator.get('/admin/roles');
      assert.match(grid.text, /An administrator|Manage categories and tags/);
      const given = [...(await held('author')).filter((name) => name !== 'upload_files'), 'manage_categories'];
      const review = await administrator.submit(grid, 'See what changes', { 'role.author': given });
      assert.match(
        review.text,
        /Author one person May from now on Manage categories and tags May no more Upload files/,
      );
      assert.ok((await held('author')).includes('upload_files'), 'nothing has changed yet');
      const done = await administrator.submit(review, 'Change the roles');
      assert.match(done.text, /Changed: Author\./);
      const now = await held('author');
      assert.deepEqual([now.includes('upload_files'), now.includes('manage_categories')], [false, true]);
      const ask = await administrator.get('/admin/roles/author/remove');
      await administrator.submit(ask, 'Bring it back');
      assert.ok((await held('author')).includes('upload_files'));
    });

    test('a grid that was narrowed changes nothing that it did not show', async () => {
      const before = await held('editor');
      const grid = await administrator.get('/admin/roles?search=moderate');
      const review = await administrator.submit(grid, 'See what changes', { 'role.editor': [] });
      await administrator.submit(review, 'Change the roles');
      assert.deepEqual(
        before.filter((name) => name !== 'moderate_comments'),
        await held('editor'),
      );
      await site().roles.remove('editor', SYSTEM);
    });

    test('a grid that is out of date changes nothing', async () => {
      const grid = await administrator.get('/admin/roles');
      await site().roles.save('editor', { title: 'Chief', capabilities: ['read'] }, SYSTEM);
      const review = await administrator.submit(grid, 'See what changes', { 'role.author': ['read'] });
      const refused = await administrator.submit(review, 'Change the roles');
      assert.match(refused.text, /Somebody else has changed the roles meanwhile/);
      assert.ok((await held('author')).length > 1);
      await site().roles.remove('editor', SYSTEM);
    });

    test('a role is made as a copy, renamed, and deleted with its people moved', async () => {
      const changes: RoleChanged[] = [];
      const stop = site().hooks.addAction('role:changed', (change) => void changes.push(change));
      const form = await administrator.get('/admin/roles/new?from=editor');
      assert.match((await administrator.submit(form, 'Make the role', { title: ' ' })).text, /A role needs a name/);
      await administrator.submit(form, 'Make the role', { title: 'Night desk' });
      assert.deepEqual(await held('night-desk'), await held('editor'));
      const role = await administrator.get('/admin/roles/night-desk');
      await administrator.submit(role, 'Rename', { title: 'Late desk' });
      const user = await site().users.create({ login: 'owl', roles: ['night-desk'] }, SYSTEM);
      const ask = await administrator.get('/admin/roles/night-desk/remove');
      assert.match(ask.text, /One person has it/);
      await administrator.submit(ask, 'Delete the role', { moveTo: 'author' });
      assert.deepEqual((await site().users.find(user.id))?.roles, ['author']);
      assert.equal(await site().roles.get('night-desk'), undefined);
      stop();
      assert.deepEqual(
        changes.map(({ role: now, previous }) => [previous?.title ?? null, now?.title ?? null]),
        [
          [null, 'Night desk'],
          ['Night desk', 'Late desk'],
          ['Late desk', null],
        ],
      );
    });

    test('nobody raises himself or others by roles, whatever role he has', async () => {
      await site().roles.save(
        'manager',
        { title: 'Manager', capabilities: ['read', 'manage_options', 'list_users', 'promote_users', 'edit_posts'] },
        SYSTEM,
      );
      for (const name of ['subscriber', 'contributor', 'author', 'editor', 'manager']) {
        const { viewer, cookie } = await suite.current.loginAs(name);
        const roles = await site().roles.list();
        const state = stateOfRoles(roles);
        for (const role of roles.filter((item) => item.name !== 'administrator')) {
          const lacking = site()
            .capabilities.names()
            .filter((capability) => !viewer.can(capability));
          for (const capability of lacking.slice(0, 3))
            await assert.rejects(
              changeRoles(site(), { changes: [{ role, given: [capability], taken: [] }], state }, viewer),
              denied,
              `${name} gives ${capability} to ${role.name}`,
            );
        }
        const browser = new Browser(() => suite.current, cookie);
        const reply = await browser.get('/admin/roles');
        assert.equal(reply.status, name === 'manager' ? 200 : 403, name);
        const forged = await browser.post('/admin/roles', {
          state,
          shown: ['delete_users'],
          roles: ['manager', 'administrator'],
          'role.manager': ['delete_users'],
          _sure: '1',
        });
        assert.ok(forged.status >= 400, `${name} is answered ${forged.status}`);
        await assert.rejects(removeRole(site(), 'editor', 'subscriber', viewer));
      }
      assert.ok(!(await held('manager')).includes('delete_users'));
      await assert.rejects(
        site().roles.save('administrator', { title: 'Less', capabilities: ['read'] }, SYSTEM),
        /cannot be changed/,
      );
    });
  });
});
