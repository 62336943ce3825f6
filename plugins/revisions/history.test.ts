import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'dashboard', 'menus', 'widgets', 'comments', 'revisions'];

describe('The screens of histories and of the trash', () => {
  forEachSite({ plugins: PLUGINS }, (suite) => {
    const site = () => suite.current.site;
    let administrator: Browser;
    let author: Browser;
    before(async () => {
      administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
      author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
    });
    const firstOf = async (kind: string, subject: string): Promise<string> => {
      const states = await site().histories.list(kind, subject, SYSTEM);
      return `/admin/history/${kind}/${subject}/${states.at(-1)?.id}`;
    };

    const menuOf = (name: string) => site().terms.save({ taxonomy: 'nav_menu', name }, { viewer: SYSTEM });

    test('a page of settings is compared with what it was, and one setting comes back', async () => {
      const before = await site().options.get('title');
      const form = await administrator.get('/admin/settings/general');
      const saved = await administrator.submit(form, 'Save settings', {
        'settings.title': 'The other paper',
        'settings.tagline': 'Changed too',
      });
      assert.match(saved.html, /href="\/admin\/history\/settings\/general"/);
      const list = await administrator.get('/admin/history/settings/general');
      assert.match(list.text, /The latest .* – Site title, Tagline/);
      const past = await administrator.get(await firstOf('settings', 'general'));
      assert.match(past.html, /<del>The other paper<\/del>|<ins>The other paper<\/ins>/);
      const back = await administrator.submit(past, 'Bring this back: Site title');
      assert.match(back.text, /It is back\. What was there before is kept/);
      assert.deepEqual(
        [await site().options.get('title'), await site().options.get('tagline')],
        [before, 'Changed too'],
      );
      const late = await administrator.get(await firstOf('settings', 'general'));
      await site().options.set('tagline', 'Somebody was faster');
      const refused = await administrator.submit(late, 'Bring this version back');
      assert.match(refused.text, /Not brought back: somebody changed it meanwhile/);
      assert.equal(await site().options.get('tagline'), 'Somebody was faster');
      for (const path of ['/admin/history/settings/general', await firstOf('settings', 'general')])
        assert.equal((await author.get(path)).status, 403, path);
    });

    test('which menu stands where is compared place by place and comes back', async () => {
      const [first, second] = [await menuOf('Sections'), await menuOf('Chapters')];
      const place = async (id: number) =>
        administrator.submit(await administrator.get('/admin/menus'), 'Save places', { 'place.primary': String(id) });
      await place(first.id);
      assert.match((await place(second.id)).html, /href="\/admin\/history\/menu-places\/all"/);
      const states = await site().histories.list('menu-places', 'all', SYSTEM);
      const past = await administrator.get(`/admin/history/menu-places/all/${states[1]?.id}`);
      assert.match(past.text, /Primary.*Sections.*Chapters|Primary.*Chapters.*Sections/);
      await administrator.submit(past, 'Bring this version back');
      assert.equal((await site().options.get<Record<string, number>>('menu_locations'))['primary'], first.id);
      assert.equal((await author.get('/admin/history/menu-places/all')).status, 403);
    });

    test('a menu is compared item by item; one item comes back, then all', async () => {
      const menu = await site().terms.save({ taxonomy: 'nav_menu', name: 'Main' }, { viewer: SYSTEM });
      const url = `/admin/menus/${menu.id}`;
      const add = async (title: string) =>
        administrator.submit(await administrator.get(url), 'Add to the menu', { url: `https://${title}.test/`, title });
      await add('one');
      await add('two');
      const titles = async () =>
        (await site().services.use('menus').tree(menu.id)).map((node) => `${node.title} ${node.url}`);
      const [first, second] = (
        await site().entries.find({
          type: 'nav_menu_item',
          term: { taxonomy: 'nav_menu', ids: [menu.id] },
          order: 'order',
        })
      ).items.map(({ id }) => id);
      await administrator.submit(await administrator.get(url), 'Save menu', {
        name: 'Renamed',
        [`item.${first}.title`]: 'Uno',
        [`item.${second}.remove`]: '1',
      });
      assert.deepEqual(await titles(), ['Uno https://one.test/']);
      const states = await site().histories.list('menu', String(menu.id), SYSTEM);
      const past = await administrator.get(`/admin/history/menu/${menu.id}/${states[1]?.id}`);
      await administrator.submit(past, 'Bring this back: two');
      assert.deepEqual(await titles(), ['Uno https://one.test/', 'two https://two.test/']);
      const again = await administrator.get(`/admin/history/menu/${menu.id}/${states[1]?.id}`);
      await administrator.submit(again, 'Bring this version back');
      assert.deepEqual(await titles(), ['one https://one.test/', 'two https://two.test/']);
      assert.equal((await site().terms.get(menu.id))?.name, 'Main');
    });

    test('a deleted menu comes back by undo, with its items and in its place', async () => {
      const menu = await site().terms.save({ taxonomy: 'nav_menu', name: 'Footer' }, { viewer: SYSTEM });
      await administrator.submit(await administrator.get(`/admin/menus/${menu.id}`), 'Add to the menu', {
        url: 'https://kept.test/',
        title: 'Kept',
      });
      await site().options.set('menu_locations', { primary: menu.id });
      const asked = await administrator.get(`/admin/menus/${menu.id}/delete`);
      const gone = await administrator.submit(asked, 'Delete the menu');
      assert.equal(await site().terms.get(menu.id), undefined);
      const back = await administrator.submit(gone, 'Undo');
      assert.match(back.text, /It is back, as it was/);
      const { primary = 0 } = await site().options.get<Record<string, number>>('menu_locations');
      const tree = await site().services.use('menus').tree(primary);
      assert.deepEqual(
        tree.map(({ title }) => title),
        ['Kept'],
      );
    });

    test('widgets have a history by place', async () => {
      const before = await site().options.get<Record<string, string[]>>('widgets');
      await administrator.submit(await administrator.get('/admin/widgets'), 'Save widgets', { 'w.1.remove': '1' });
      assert.equal((await site().options.get<Record<string, string[]>>('widgets'))['sidebar']?.length, 2);
      const past = await administrator.get(await firstOf('widgets', 'all'));
      await administrator.submit(past, 'Bring this version back');
      assert.deepEqual((await site().options.get<Record<string, string[]>>('widgets'))['sidebar'], before['sidebar']);
    });

    test('a deleted term comes back by undo or from the trash; several together', async () => {
      const make = (name: string) => site().terms.save({ taxonomy: 'post_tag', name }, { viewer: SYSTEM });
      const [red, green] = [await make('Red'), await make('Green')];
      const asked = await administrator.get(`/admin/terms/post_tag/${red.id}/delete`);
      assert.match(asked.text, /It can be brought back for 30 days/);
      const back = await administrator.submit(await administrator.submit(asked, 'Delete it'), 'Undo');
      assert.match(back.text, /It is back, as it was/);
      assert.equal((await site().terms.get(red.id))?.name, 'Red');
      const many = await administrator.get(`/admin/terms/post_tag/remove?ids=${red.id},${green.id}`);
      const both = await administrator.submit(await administrator.submit(many, 'Delete them'), 'Undo');
      assert.match(both.text, /2 are back/);
      await site().terms.remove(green.id, { viewer: SYSTEM });
      const list = await administrator.get('/admin/trash');
      assert.match(list.text, /Green Tag – Somebody/);
      await administrator.submit(list, 'Bring back Green');
      assert.equal((await site().terms.get(green.id))?.name, 'Green');
      await site().terms.remove(red.id, { viewer: SYSTEM });
      await administrator.submit(await administrator.get('/admin/trash'), 'Yes, for good Red');
      assert.doesNotMatch((await administrator.get('/admin/trash')).text, /Red Tag/);
      assert.equal((await author.get('/admin/trash')).status, 403);
    });

    test('a deleted person comes back without the password and with the work that was handed over', async () => {
      const { user } = await suite.current.loginAs('author');
      const heir = await site().users.create({ login: 'heir', name: 'Heir', roles: ['author'] }, SYSTEM);
      const { id } = await site().entries.save(
        { type: 'post', title: 'Handed', status: 'publish', authorId: user.id },
        { viewer: SYSTEM },
      );
      await site().services.use('profiles').set(user.id, { first_name: 'Ada' }, SYSTEM);
      const asked = await administrator.get(`/admin/users/${user.id}/delete`);
      const gone = await administrator.submit(asked, 'Delete the account', { reassign: String(heir.id) });
      assert.equal((await site().entries.need(id)).authorId, heir.id);
      const row = (await site().database.read('trash').select('data').where({ kind: 'user' }).first()) as {
        data: string;
      };
      assert.doesNotMatch(row.data, /password_hash|scrypt|argon/);
      const back = await administrator.submit(gone, 'Undo');
      assert.match(back.text, /It is back, as it was\. Logging in needs a new password/);
      const again = await site().users.find(user.id);
      assert.deepEqual([again?.login, again?.roles], [user.login, user.roles]);
      assert.equal((await site().entries.need(id)).authorId, user.id);
      assert.equal((await site().services.use('profiles').of([user.id])).get(user.id)?.['first_name'], 'Ada');
    });

    test('whoever may not give the roles of a deleted person does not bring that person back', async () => {
      const { user } = await suite.current.loginAs('administrator');
      await site().users.remove(user.id, { reassignTo: null }, SYSTEM);
      const capabilities = ['read', 'list_users', 'delete_users', 'create_users', 'promote_users', 'edit_users'];
      await site().roles.save('clerk', { title: 'Clerk', capabilities }, SYSTEM);
      const clerk = new Browser(() => suite.current, (await suite.current.loginAs('clerk')).cookie);
      const list = await clerk.get('/admin/trash');
      const refused = await clerk.submit(list, `Bring back ${user.name}`);
      assert.match(refused.text, /which you do not hold/);
      assert.equal(await site().users.find(user.id), undefined);
    });
  });
});
