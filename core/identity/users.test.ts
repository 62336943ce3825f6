import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identitySite, PASSWORD } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { type ErrorCode, GalleyError, isGalleyError } from '../lib/errors.ts';
import type { UserSaved } from './identity-hooks.ts';
import { ANONYMOUS, SYSTEM } from './viewer.ts';

const code = (wanted: ErrorCode) => (error: unknown) => isGalleyError(error, wanted);
const denied = code('GALLEY_PERMISSION_DENIED');

forEachStore((store) => {
  const { site, user, viewer } = lazily(() => identitySite(store));

  test('a user is found by id, login and e-mail address whatever the case, and by public name', async () => {
    const ada = await user('Ada.Lovelace', 'editor', { name: 'Ada, Countess' });
    assert.deepEqual(await site().users.find(ada.id), ada);
    assert.equal((await site().users.findByLogin('aDA.lovelace'))?.id, ada.id);
    assert.equal((await site().users.findByEmail('ADA.LOVELACE@example.org'))?.id, ada.id);
    assert.equal((await site().users.findBySlug('ada-countess'))?.id, ada.id);
    assert.deepEqual(ada.roles, ['editor']);
    assert.equal(await site().users.find(987_654), undefined);
    assert.equal(await site().users.findByLogin('ada.lovelacë'), undefined);
  });

  test('neither the password nor its hash is ever part of a user', async () => {
    const one = await user('nohash');
    const all = JSON.stringify([
      one,
      await site().users.find(one.id),
      await site().users.list({ search: 'nohash' }, SYSTEM),
    ]);
    assert.ok(!all.includes('argon2') && !all.includes(PASSWORD));
  });

  test('the public name tells nothing of the login and is never given twice', async () => {
    const first = await user('secretlogin1', 'author', { name: 'Émile Zoë' });
    const second = await user('secretlogin2', 'author', { name: 'Emile Zoe' });
    assert.deepEqual([first.slug, second.slug], ['emile-zoe', 'emile-zoe-2']);
    const nameless = await user('secretlogin3', 'author', { name: '!!!' });
    assert.equal(nameless.slug, 'author');
  });

  test('a login or e-mail address that somebody has is refused, also in other letters or as the other of the two', async () => {
    await user('grace', 'author', { email: 'grace@navy.example' });
    await assert.rejects(user('GRACE', 'author', { email: 'other@navy.example' }), code('GALLEY_USER_DUPLICATE'));
    await assert.rejects(user('grace2', 'author', { email: 'Grace@Navy.example' }), code('GALLEY_USER_DUPLICATE'));
    await assert.rejects(user('grace@navy.example', 'author', { email: '' }), code('GALLEY_USER_DUPLICATE'));
    await assert.rejects(user('grace3', 'author', { email: 'grace' }), code('GALLEY_INPUT_INVALID'));
    // A letter with an accent is another letter, also where the store's collation takes them for one.
    assert.ok(await user('gräce', 'author', { email: 'graece@navy.example' }));
  });

  test('what is not a login, an address, a name or a website is refused with the field', async () => {
    const wrong: [object, string][] = [
      [{ login: '' }, 'login'],
      [{ login: ' x' }, 'login'],
      [{ login: 'a\nb' }, 'login'],
      [{ login: 'x'.repeat(61) }, 'login'],
      [{ email: 'a@b@c' }, 'email'],
      [{ email: 'a@example.org\r\nBcc: x@example.org' }, 'email'],
      [{ name: '' }, 'name'],
      [{ name: 'a\u202Eb' }, 'name'],
      [{ url: 'javascript:alert(1)' }, 'url'],
      [{ url: 'ftp://example.org' }, 'url'],
      [{ bio: 'x'.repeat(10_001) }, 'bio'],
      [{ isAdmin: true }, 'isAdmin'],
    ];
    for (const [more, field] of wrong) {
      await assert.rejects(user('wronguser', 'author', more), (error) => {
        assert.ok(isGalleyError(error, 'GALLEY_INPUT_INVALID'), String(error));
        assert.deepEqual(
          (error.details as { field: string }[]).map((detail) => detail.field),
          [field],
        );
        return true;
      });
    }
    assert.equal(await site().users.findByLogin('wronguser'), undefined);
  });

  test('a weak password is refused when a user is created, and one that holds his own name', async () => {
    await assert.rejects(user('weak', 'author', { password: 'short' }), code('GALLEY_PASSWORD_WEAK'));
    await assert.rejects(user('bartholomew', 'author', { password: 'bartholomew2026' }), code('GALLEY_PASSWORD_WEAK'));
  });

  test('many users are read in one query, and none when the cache knows them', async () => {
    const made = await Promise.all(['batch1', 'batch2', 'batch3'].map((login) => user(login)));
    const ids = made.map(({ id }) => id);
    const cold = await site().database.countQueries(() => site().users.findByIds([...ids, ids[0] ?? 0, 987_654]));
    assert.deepEqual(new Set(cold.result.map(({ id }) => id)), new Set(ids));
    assert.ok(cold.queries.length <= 2, JSON.stringify(cold.queries));
    const warm = await site().database.countQueries(() => site().users.findByIds(ids));
    assert.deepEqual(warm.queries, []);
    assert.equal(warm.result.length, 3);
  });

  test('a list is searched, filtered by role, paged by id, and shown only to those who may see it', async () => {
    for (const login of ['list1', 'list2', 'list%3']) {
      if (login.includes('%')) await user('list3', 'subscriber', { name: 'Per % cent' });
      else await user(login, 'contributor');
    }
    const logins = async (query: object) => (await site().users.list(query, SYSTEM)).map(({ login }) => login);
    assert.deepEqual(await logins({ search: 'LIST' }), ['list1', 'list2', 'list3']);
    assert.deepEqual(await logins({ search: 'list', role: 'contributor' }), ['list1', 'list2']);
    assert.deepEqual(await logins({ search: '%' }), ['list3']);
    assert.deepEqual(await logins({ search: '_ist' }), []);
    const [first] = await site().users.list({ search: 'list', limit: 1 }, SYSTEM);
    assert.deepEqual(await logins({ search: 'list', limit: 1, after: first?.id }), ['list2']);
    assert.equal(await site().users.count({ search: 'list' }, SYSTEM), 3);
    await assert.rejects(site().users.list({}, ANONYMOUS), denied);
    await assert.rejects(site().users.list({}, await viewer(await user('peeper', 'editor'))), denied);
  });

  test('people change themselves; others need the right and no less power', async () => {
    const [author, editor, admin] = [
      await user('up1'),
      await user('up2', 'editor'),
      await user('up3', 'administrator'),
    ];
    const changed = await site().users.update(author.id, { name: 'New name', bio: 'Hi' }, { by: await viewer(author) });
    assert.deepEqual([changed.name, changed.bio, changed.version], ['New name', 'Hi', author.version + 1]);
    assert.equal((await site().users.find(author.id))?.name, 'New name');
    await assert.rejects(site().users.update(author.id, { name: 'X' }, { by: await viewer(editor) }), denied);
    await assert.rejects(site().users.update(author.id, { login: 'other' }, { by: await viewer(author) }), denied);
    assert.equal((await site().users.update(author.id, { login: 'up1b' }, { by: await viewer(admin) })).login, 'up1b');
  });

  test('an update that was based on an older version is refused', async () => {
    const one = await user('stale');
    await site().users.update(one.id, { bio: 'first' }, { by: SYSTEM, version: one.version });
    await assert.rejects(
      site().users.update(one.id, { bio: 'second' }, { by: SYSTEM, version: one.version }),
      code('GALLEY_USER_CONFLICT'),
    );
    assert.equal((await site().users.find(one.id))?.bio, 'first');
  });

  test('nobody gives what he does not hold, to others or to himself, nor touches somebody above him', async () => {
    await site().roles.save(
      'clerk',
      {
        title: 'Clerk',
        capabilities: ['read', 'list_users', 'create_users', 'edit_users', 'promote_users', 'delete_users'],
      },
      SYSTEM,
    );
    const [clerk, plain, admin] = [
      await user('esc1', 'clerk'),
      await user('esc2', 'subscriber'),
      await user('esc3', 'administrator'),
    ];
    const by = await viewer(clerk);
    const rights = (roles: string[]) => site().users.create({ login: 'esc4', roles }, by);
    await assert.rejects(site().users.setRoles(clerk.id, ['administrator'], by), denied);
    await assert.rejects(site().users.setRoles(plain.id, ['editor'], by), denied);
    await assert.rejects(rights(['administrator']), denied);
    await assert.rejects(rights(['nobody-knows']), code('GALLEY_INPUT_INVALID'));
    await assert.rejects(site().users.update(admin.id, { email: 'mine@example.org' }, { by }), denied);
    await assert.rejects(site().users.setRoles(admin.id, ['subscriber'], by), denied);
    await assert.rejects(site().users.setStatus(admin.id, 'disabled', by), denied);
    await assert.rejects(site().users.remove(admin.id, { reassignTo: null }, by), denied);
    await assert.rejects(site().passwordResets.start(admin.id, by), denied);
    assert.deepEqual((await site().users.setRoles(plain.id, ['clerk'], by)).roles, ['clerk']);
    assert.deepEqual((await rights(['subscriber'])).roles, ['subscriber']);
  });

  test('somebody without any right creates, promotes and deletes nobody', async () => {
    const [author, victim] = [await user('none1'), await user('none2', 'subscriber')];
    for (const by of [ANONYMOUS, await viewer(author)]) {
      await assert.rejects(site().users.create({ login: 'none3' }, by), denied);
      await assert.rejects(site().users.setRoles(victim.id, ['author'], by), denied);
      await assert.rejects(site().users.setStatus(victim.id, 'disabled', by), denied);
      await assert.rejects(site().users.remove(victim.id, { reassignTo: null }, by), denied);
    }
  });

  test('nobody chooses the password of somebody else, not even an administrator', async () => {
    const [admin, other] = [await user('pw1', 'administrator'), await user('pw2')];
    const by = await viewer(admin);
    await assert.rejects(site().users.setPassword(other.id, `${PASSWORD} 2`, { by }), denied);
    const changed = await site().users.setPassword(admin.id, `${PASSWORD} 2`, { by });
    assert.equal(changed.mustChangePassword, false);
  });

  test('a password given by the one who creates an account has to be changed', async () => {
    const admin = await user('giver', 'administrator');
    const made = await site().users.create({ login: 'taker', password: PASSWORD }, await viewer(admin));
    assert.equal(made.mustChangePassword, true);
    assert.deepEqual(made.roles, ['subscriber']);
  });

  test('a listener changes the draft or refuses it, and hears of the change after the commit', async () => {
    const heard: UserSaved[] = [];
    const removers = [
      site().hooks.addFilter('user:saving', (draft) => ({ ...draft, bio: `${draft.bio}!` })),
      site().hooks.addFilter('user:saving', (draft, { previous }) => {
        if (draft.name === 'Refuse me') throw new GalleyError('GALLEY_INPUT_INVALID', 'Not that name.');
        assert.ok(previous === null || previous.login === draft.login);
        return draft;
      }),
      site().hooks.addAction('user:saved', (saved) => {
        assert.equal(site().database.isInTransaction, false);
        heard.push(saved);
      }),
    ];
    const one = await user('hooked', 'author', { bio: 'x' });
    await site().users.update(one.id, { url: 'https://example.org' }, { by: SYSTEM });
    await assert.rejects(user('hooked2', 'author', { name: 'Refuse me' }));
    for (const remove of removers) remove();
    assert.equal(one.bio, 'x!');
    assert.deepEqual(
      heard.map(({ user: { login }, previous, changed }) => [
        login,
        previous?.version,
        changed.includes('login'),
        changed.includes('url'),
      ]),
      [
        ['hooked', undefined, true, true],
        ['hooked', 1, false, true],
      ],
    );
    assert.equal(await site().users.findByLogin('hooked2'), undefined);
  });

  test('what a listener makes of a draft is checked again', async () => {
    const remove = site().hooks.addFilter('user:saving', (draft) => ({ ...draft, status: 'active' }));
    await assert.rejects(user('smuggle'), code('GALLEY_INPUT_INVALID'));
    remove();
  });

  test('deleting a user hands over what he wrote, in the transaction, and nothing of him stays', async () => {
    const [leaver, heir, admin] = [await user('leaver'), await user('heir'), await user('deleter', 'administrator')];
    const by = await viewer(admin);
    const { token } = await site().sessions.create(leaver.id);
    const heard: string[] = [];
    const removers = [
      site().hooks.addFilter('user:removing', (removal) => {
        heard.push(`removing to ${removal.reassignTo === heir.id}, in transaction ${site().database.isInTransaction}`);
        return removal;
      }),
      site().hooks.addAction('user:removed', (removal) => void heard.push(`removed ${removal.user.login}`)),
    ];
    await assert.rejects(site().users.remove(admin.id, { reassignTo: null }, by), denied);
    await assert.rejects(site().users.remove(leaver.id, { reassignTo: leaver.id }, by), code('GALLEY_INPUT_INVALID'));
    await assert.rejects(site().users.remove(leaver.id, { reassignTo: 987_654 }, by), code('GALLEY_USER_UNKNOWN'));
    await site().users.remove(leaver.id, { reassignTo: heir.id }, by);
    for (const remove of removers) remove();
    assert.deepEqual(heard, ['removing to true, in transaction true', 'removed leaver']);
    assert.equal(await site().users.find(leaver.id), undefined);
    assert.equal(await site().sessions.read(token), undefined);
    for (const table of ['user_roles', 'sessions']) {
      assert.deepEqual(await site().database.read(table).where({ user_id: leaver.id }), []);
    }
  });

  test('a listener that refuses a deletion keeps the user and his sessions', async () => {
    const one = await user('keepme');
    const { token } = await site().sessions.create(one.id);
    const remove = site().hooks.addFilter('user:removing', () => {
      throw new GalleyError('GALLEY_INPUT_INVALID', 'There are unpaid orders.');
    });
    await assert.rejects(site().users.remove(one.id, { reassignTo: null }, SYSTEM), /unpaid/);
    remove();
    assert.equal((await site().sessions.read(token))?.userId, one.id);
  });
});

forEachStore((store) => {
  const { site, user } = lazily(() => identitySite(store));

  test('the last administrator stays: not demoted, disabled or deleted, also by himself or the system', async () => {
    const last = code('GALLEY_USER_LAST_ADMINISTRATOR');
    const [only, disabled] = [await user('only', 'administrator'), await user('gone', 'administrator')];
    await site().users.setStatus(disabled.id, 'disabled', SYSTEM);
    await assert.rejects(site().users.setRoles(only.id, ['editor'], SYSTEM), last);
    await assert.rejects(site().users.setStatus(only.id, 'disabled', SYSTEM), last);
    await assert.rejects(site().users.remove(only.id, { reassignTo: null }, SYSTEM), last);
    assert.equal((await site().users.find(only.id))?.status, 'active');
    await site().users.setStatus(disabled.id, 'active', SYSTEM);
    assert.deepEqual((await site().users.setRoles(only.id, ['editor'], SYSTEM)).roles, ['editor']);
    await site().users.setRoles(only.id, ['administrator'], SYSTEM);
  });

  test('two administrators who remove each other at once: one stays', async () => {
    const before = await site().users.list({ role: 'administrator' }, SYSTEM);
    const results = await Promise.allSettled(before.map(({ id }) => site().users.setRoles(id, ['editor'], SYSTEM)));
    assert.equal(before.length, 2);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1, JSON.stringify(results));
    assert.equal(await site().users.hasAdministrator(), true);
  });
});

/** The site starts with the suite, so its parts are looked up when they are used. */
function lazily(make: () => ReturnType<typeof identitySite>) {
  const made = make();
  return { site: () => made.site, user: made.user, viewer: made.viewer };
}
