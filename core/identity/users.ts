import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import { foldKey, freeSlug, slugify } from '../lib/slug.ts';
import { tellWritten } from '../services/written.ts';
import type { UserSaved } from './identity-hooks.ts';
import { ADMINISTRATOR, assertMayGrant } from './roles.ts';
import { columnsOf, newRow, type User, type UserRow, type UserStatus } from './user.ts';
import { UserDirectory } from './user-directory.ts';
import { type UserDraft, UserSchema } from './user-input.ts';
import { SYSTEM, type Viewer } from './viewer.ts';

/** What a new user is made of. */
export interface NewUser extends Partial<UserDraft> {
  login: string;
  /** Without a password nobody logs in until one is set by a reset link. */
  password?: string;
  /** `subscriber` unless given. */
  roles?: readonly string[];
  /** For imports; now unless given. */
  createdAt?: number;
  /** Of somebody who was deleted and comes back. */
  id?: number;
}

/** How a password is set. */
export interface PasswordChange {
  by: Viewer;
  /** Token of the session that goes on; all others end. */
  keep?: string;
  /** Whether it has to be changed at the next log-in. */
  mustChange?: boolean;
  /** When it stops working unless it is changed, in ms since the epoch. */
  expiresAt?: number;
  /** Takes the password as it is, without the policy: for the one that an operator sets. */
  unchecked?: boolean;
  /** Runs first in the transaction and throws to refuse: a link that must still be unused, for instance. */
  claim?: () => Promise<void>;
}

/** Users: who may do what to whom is checked here, whoever calls. */
export class Users extends UserDirectory {
  readonly #site: Site;
  readonly #schema = new UserSchema();

  constructor(site: Site) {
    super(site);
    this.#site = site;
  }

  /**
   * Creates a user.
   *
   * @throws GALLEY_PERMISSION_DENIED without `create_users`, or for roles that hold more than `by` does
   * @throws GALLEY_INPUT_INVALID | GALLEY_PASSWORD_WEAK | GALLEY_USER_DUPLICATE
   * @example await site.users.create({ login: 'ada', email: 'ada@example.org', name: 'Ada', roles: ['author'] }, viewer)
   */
  async create(input: NewUser, by: Viewer): Promise<User> {
    const { password, roles = ['subscriber'], createdAt = Date.now(), id: formerId, ...given } = input;
    assertMayGrant(by, 'create_users', []);
    await this.#site.roles.assertMayAssign(roles, by);
    const draft = this.#schema.check({ email: '', name: given.login, slug: '', bio: '', url: '', ...given });
    if (password !== undefined) await this.#checkPassword(password, draft);
    const hash = password === undefined ? null : await this.#site.passwords.hash(password);
    const id = await this.#site.database.transaction(async () => {
      const checked = await this.#prepare(draft, null, by);
      const row = {
        ...(formerId === undefined ? {} : { id: formerId }),
        ...columnsOf(checked),
        ...newRow(createdAt, hash, by !== SYSTEM && hash !== null),
      };
      const made = await this.#withoutDuplicate(() => this.store.insert(row, [...new Set(roles)]));
      await tellWritten(this.#site, 'user', { id: made, version: 1 });
      return made;
    });
    return this.#saved(id, null, by, Object.keys(draft));
  }

  /**
   * Changes what is said about a user. Everybody may change himself; others need `edit_users` and no less than the
   * user holds. The login is changed only with `edit_users`.
   *
   * @param options.version the version that the change is based on, where one was shown
   * @throws GALLEY_USER_CONFLICT when somebody else changed the user since `version`
   */
  async update(
    id: number,
    changes: Partial<UserDraft>,
    { by, version }: { by: Viewer; version?: number },
  ): Promise<User> {
    const previous = await this.#need(id);
    await this.assertMayEdit(previous, by);
    const { login, email, name, slug, bio, url } = previous;
    const draft = this.#schema.check({ login, email, name, slug, bio, url, ...changes });
    if (draft.login !== login) assertMayGrant(by, 'edit_users', []);
    await this.#site.database.transaction(async () => {
      const checked = await this.#prepare(draft, previous, by);
      await this.#withoutDuplicate(() => this.#write(previous, columnsOf(checked), version));
    });
    return this.#saved(id, previous, by, Object.keys(changes));
  }

  /**
   * Gives a user these roles and no others, and ends his sessions.
   *
   * @throws GALLEY_PERMISSION_DENIED where a role, given or taken, holds more than `by` does
   * @throws GALLEY_USER_LAST_ADMINISTRATOR
   */
  async setRoles(id: number, roles: readonly string[], by: Viewer): Promise<User> {
    const previous = await this.#need(id);
    await this.#assertIsNotAbove(previous, by);
    const added = [...new Set(roles)].filter((role) => !previous.roles.includes(role));
    const taken = previous.roles.filter((role) => !roles.includes(role));
    await this.#site.roles.assertMayAssign(added, by);
    if (added.length + taken.length === 0) return previous;
    await this.#site.database.transaction(async () => {
      if (taken.includes(ADMINISTRATOR)) await this.#assertAdministratorStays(previous);
      await this.#write(previous, {});
      await this.store.removeRoles(id, taken);
      await this.store.addRoles(id, added);
      await this.#site.sessions.destroyAllOf(id);
    });
    return this.#saved(id, previous, by, ['roles']);
  }

  /** Lets a user in again, or shuts him out and ends his sessions at once. @throws GALLEY_USER_LAST_ADMINISTRATOR */
  async setStatus(id: number, status: UserStatus, by: Viewer): Promise<User> {
    const previous = await this.#need(id);
    assertMayGrant(by, 'edit_users', []);
    await this.#assertIsNotAbove(previous, by);
    await this.#site.database.transaction(async () => {
      if (status !== 'active') await this.#assertAdministratorStays(previous);
      await this.#write(previous, { status });
      if (status !== 'active') await this.#site.sessions.destroyAllOf(id);
    });
    return this.#saved(id, previous, by, ['status']);
  }

  /**
   * Sets a password and ends the user's other sessions. People set their own; for others they start a reset.
   * @throws GALLEY_PASSWORD_WEAK | GALLEY_PERMISSION_DENIED
   */
  async setPassword(id: number, password: string, change: PasswordChange): Promise<User> {
    const previous = await this.#need(id);
    if (change.by !== SYSTEM && change.by.id !== id) {
      throw new GalleyError(
        'GALLEY_PERMISSION_DENIED',
        'Nobody chooses the password of somebody else. Send a link to set a new one.',
      );
    }
    if (!change.unchecked) await this.#checkPassword(password, previous);
    const hash = await this.#site.passwords.hash(password);
    await this.#site.database.transaction(async () => {
      await change.claim?.();
      await this.#write(previous, {
        password_hash: hash,
        must_change_password: change.mustChange ?? false,
        password_expires_at: change.expiresAt ?? null,
      });
      await this.#site.sessions.destroyAllOf(id, { except: change.keep });
    });
    return this.#saved(id, previous, change.by, ['password']);
  }

  /**
   * Deletes a user.
   *
   * @param options.reassignTo who gets what he wrote; null leaves it to those who keep it
   * @throws GALLEY_PERMISSION_DENIED for oneself, without `delete_users`, or for somebody who holds more
   * @throws GALLEY_USER_LAST_ADMINISTRATOR
   */
  async remove(id: number, { reassignTo }: { reassignTo: number | null }, by: Viewer): Promise<void> {
    const user = await this.#need(id);
    await this.assertMayRemove(user, by);
    if (reassignTo === id) throw new GalleyError('GALLEY_INPUT_INVALID', 'What a user wrote cannot go to himself.');
    if (reassignTo !== null) await this.#need(reassignTo);
    const removal = await this.#site.database.transaction(async () => {
      await this.#assertAdministratorStays(user);
      await this.#site.hooks.applyFilters('user:removing', { user, reassignTo, by });
      await this.#site.sessions.destroyAllOf(id);
      await this.store.remove(id);
      return { user, reassignTo, by };
    });
    await this.#forget(id);
    await this.#site.database.afterCommit(() => this.#site.hooks.doAction('user:removed', removal));
  }

  /** Refuses what `remove` would, before anything is done. @throws GALLEY_PERMISSION_DENIED | GALLEY_USER_LAST_ADMINISTRATOR */
  async assertMayRemove(user: User, by: Viewer): Promise<void> {
    assertMayGrant(by, 'delete_users', []);
    await this.#assertIsNotAbove(user, by);
    if (by.id === user.id)
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Nobody deletes himself. Ask another administrator.');
    await this.#assertAdministratorStays(user);
  }

  /** Refuses who may not change what is said about a user. @throws GALLEY_PERMISSION_DENIED */
  async assertMayEdit(user: User, by: Viewer): Promise<void> {
    if (by.id === user.id) return;
    assertMayGrant(by, 'edit_users', []);
    await this.#assertIsNotAbove(user, by);
  }

  async #need(id: number): Promise<User> {
    const [user] = await this.store.findMany([id]);
    if (!user) throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user ${id}.`);
    return user;
  }

  async #assertIsNotAbove(user: User, by: Viewer): Promise<void> {
    const held = await this.#site.roles.capabilitiesOf(user.roles);
    if (held.some((capability) => !by.can(capability))) {
      throw new GalleyError(
        'GALLEY_PERMISSION_DENIED',
        `${user.name} may do more than you. Ask somebody who may do as much.`,
      );
    }
  }

  async #assertAdministratorStays(user: User): Promise<void> {
    if (!user.roles.includes(ADMINISTRATOR) || user.status !== 'active') return;
    if (await this.store.isRoleHeldByOthers(ADMINISTRATOR, user.id)) return;
    throw new GalleyError(
      'GALLEY_USER_LAST_ADMINISTRATOR',
      `${user.name} is the last administrator. Make somebody else one first.`,
    );
  }

  async #checkPassword(password: string, user: Pick<UserDraft, 'login' | 'email' | 'name'>): Promise<void> {
    const host = URL.parse(this.#site.config.http.url)?.hostname ?? '';
    this.#site.passwords.check(password, [user.login, user.email, user.name, host]);
  }

  /** The draft as plugins leave it, with a public name that nobody else has. */
  async #prepare(draft: UserDraft, previous: User | null, by: Viewer): Promise<UserDraft> {
    const filtered = await this.#site.hooks.applyFilters('user:saving', draft, { previous, by });
    const checked = this.#schema.check(filtered);
    await this.#assertNamesAreFree(checked, previous?.id ?? 0);
    return {
      ...checked,
      slug: await this.#freeSlug(slugify(checked.slug || checked.name) || 'author', previous?.id ?? 0),
    };
  }

  /** A login may not be somebody else's e-mail address, nor the other way round: both open the door. */
  async #assertNamesAreFree({ login, email }: UserDraft, id: number): Promise<void> {
    for (const key of [login, email].filter(Boolean).map(foldKey)) {
      for (const column of ['login_key', 'email_key'] as const) {
        const other = await this.store.findBy(column, key);
        if (other && other.id !== id) throw duplicate();
      }
    }
  }

  async #freeSlug(wanted: string, id: number): Promise<string> {
    return freeSlug(wanted.slice(0, 180), async (slug) => {
      const other = await this.store.findBy('slug', slug);
      return other !== undefined && other.id !== id;
    });
  }

  async #write(user: User, changes: Partial<UserRow>, version = user.version): Promise<void> {
    if (await this.store.update(user.id, version, changes))
      return tellWritten(this.#site, 'user', { id: user.id, version: version + 1, previous: version });
    throw new GalleyError(
      'GALLEY_USER_CONFLICT',
      `${user.name} was changed by somebody else meanwhile. Look at the user again.`,
    );
  }

  async #withoutDuplicate<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) throw duplicate(error);
      throw error;
    }
  }

  async #forget(id: number): Promise<void> {
    await this.#site.database.afterCommit(() => this.#site.cache.invalidate([`user:${id}`, 'users']));
  }

  async #saved(id: number, previous: User | null, by: Viewer, changed: string[]): Promise<User> {
    await this.#forget(id);
    const user = await this.#need(id);
    const saved: UserSaved = { user, previous, by, changed };
    await this.#site.database.afterCommit(() => this.#site.hooks.doAction('user:saved', saved));
    return user;
  }
}

function duplicate(cause?: unknown): GalleyError {
  return new GalleyError(
    'GALLEY_USER_DUPLICATE',
    'Somebody has this login or e-mail address already. Choose another.',
    { cause },
  );
}
