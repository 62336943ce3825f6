import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identitySite } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { type ErrorCode, isGalleyError } from '../lib/errors.ts';
import { ANONYMOUS, SYSTEM } from './viewer.ts';

const code = (wanted: ErrorCode) => (error: unknown) => isGalleyError(error, wanted);

forEachStore((store) => {
  const made = identitySite(store);
  const roles = () => made.site.roles;
  const viewerWith = (...names: string[]) => roles().viewerFor({ id: 1, login: 'x', name: 'X', roles: names });

  test('there are WordPress’s five roles, and the administrator holds all that is registered', async () => {
    assert.deepEqual(
      (await roles().list()).slice(0, 5).map(({ name }) => name),
      ['administrator', 'editor', 'author', 'contributor', 'subscriber'],
    );
    const admin = await viewerWith('administrator');
    assert.ok(made.site.capabilities.names().every((name) => admin.can(name)));
    assert.equal(admin.can('edit_nothing_that_exists'), false);
    assert.equal((await viewerWith('subscriber')).can('edit_posts'), false);
    assert.equal((await viewerWith('no-such-role')).can('read'), false);
    assert.equal((await viewerWith('constructor', '__proto__')).can('read'), false);
  });

  test('several roles add up', async () => {
    await roles().save('librarian', { title: 'Librarian', capabilities: ['upload_files'] }, SYSTEM);
    const both = await viewerWith('librarian', 'subscriber');
    assert.ok(both.can('upload_files') && both.can('read') && !both.can('edit_posts'));
  });

  test('a plugin’s capability goes to the roles that it names, unless the administrator takes it away', async () => {
    const plugin = made.site.capabilities.ownedBy('shop');
    plugin.define('sell_things', { label: 'Sell things', roles: ['editor', 'shop_manager'] });
    roles().ownedBy('shop').define('shop_manager', { title: 'Shop manager' });
    for (const role of ['administrator', 'editor', 'shop_manager'])
      assert.ok((await viewerWith(role)).can('sell_things'), role);
    assert.ok(!(await viewerWith('author')).can('sell_things'));
    const editor = await roles().get('editor');
    const capabilities = (editor?.capabilities ?? []).filter((name) => name !== 'sell_things');
    await roles().save('editor', { title: 'Chief editor', capabilities }, SYSTEM);
    assert.ok(!(await viewerWith('editor')).can('sell_things'));
    assert.ok((await viewerWith('editor')).can('edit_others_posts'));
    assert.equal((await roles().get('editor'))?.title, 'Chief editor');
    await roles().remove('editor', SYSTEM);
    assert.ok((await viewerWith('editor')).can('sell_things'));
    roles().removeOwner('shop');
    assert.equal(await roles().get('shop_manager'), undefined);
  });

  test('the administrator’s role cannot be changed, and a role needs a proper name and known capabilities', async () => {
    const save = (name: string, capabilities: string[] = []) =>
      roles().save(name, { title: 'X', capabilities }, SYSTEM);
    for (const name of ['administrator', 'Àdmin', 'admin istrator', '', '__proto__', 'x'.repeat(61)]) {
      await assert.rejects(save(name), code('GALLEY_INPUT_INVALID'), name);
    }
    await assert.rejects(save('typo', ['edit_post']), code('GALLEY_INPUT_INVALID'));
    await assert.rejects(roles().remove('nobody', SYSTEM), code('GALLEY_REGISTRY_UNKNOWN'));
  });

  test('nobody makes or changes a role that holds what he does not', async () => {
    const denied = code('GALLEY_PERMISSION_DENIED');
    await roles().save(
      'warden',
      { title: 'Warden', capabilities: ['read', 'manage_options', 'promote_users'] },
      SYSTEM,
    );
    const warden = await viewerWith('warden');
    await assert.rejects(
      roles().save('warden', { title: 'W', capabilities: ['read', 'install_plugins'] }, warden),
      denied,
    );
    await assert.rejects(roles().save('editor', { title: 'E', capabilities: ['read'] }, warden), denied);
    await assert.rejects(roles().remove('editor', warden), denied);
    await assert.rejects(roles().assertMayAssign(['editor'], warden), denied);
    await assert.rejects(roles().save('x', { title: 'X', capabilities: [] }, ANONYMOUS), denied);
    assert.deepEqual((await roles().save('reader', { title: 'Reader', capabilities: ['read'] }, warden)).capabilities, [
      'read',
    ]);
  });

  test('changes of several administrators at once are all kept', async () => {
    const names = Array.from({ length: 5 }, (_, index) => `made${index}`);
    await Promise.all(names.map((name) => roles().save(name, { title: name, capabilities: ['read'] }, SYSTEM)));
    const present = new Set((await roles().list()).map(({ name }) => name));
    assert.deepEqual(
      names.filter((name) => !present.has(name)),
      [],
    );
  });

  test('asking what a viewer may do costs no query once the roles are known', async () => {
    await viewerWith('editor');
    const { queries } = await made.site.database.countQueries(async () =>
      (await viewerWith('editor')).can('edit_posts'),
    );
    assert.deepEqual(queries, []);
  });
});

forEachStore((store) => {
  const made = identitySite(store, { security: { unfilteredHtml: false } });

  test('where the setting forbids it nobody stores unfiltered HTML, not even an administrator', async () => {
    const admin = await made.site.roles.viewerFor({ id: 1, login: 'x', name: 'X', roles: ['administrator'] });
    assert.ok(!admin.can('unfiltered_html') && admin.can('manage_options'));
  });
});
