import type { Site } from '../kernel/site.ts';
import { foldKey } from '../lib/slug.ts';
import { decodeUser, type User, type UserRow, type UserStatus } from './user.ts';

interface RoleRow {
  user_id: number;
  role: string;
}

/** What log-in needs to know beside the user himself. */
export interface Credentials {
  user: User;
  passwordHash: string | null;
  /** When a password that somebody else chose stops working, in ms since the epoch. */
  passwordExpiresAt: number | null;
}

/** Which users a list is about. */
export interface UserQuery {
  /** Part of login, name or e-mail address. */
  search?: string;
  role?: string;
  status?: UserStatus;
  /** At most so many, 1 to 1,000; 100 unless given. */
  limit?: number;
  /** The last id of the page before; with `order: 'login'` the last login. */
  after?: number | string;
  /** By when they joined, unless given. */
  order?: 'id' | 'login';
  direction?: 'asc' | 'desc';
}

/** The tables `users` and `user_roles`. Checks nothing and caches nothing. */
export class UserStore {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  async findMany(ids: readonly number[]): Promise<User[]> {
    if (ids.length === 0) return [];
    return this.#withRoles(await this.#site.database.read<UserRow>('users').whereIn('id', [...ids]));
  }

  async findBy(column: 'login_key' | 'email_key' | 'slug', value: string): Promise<User | undefined> {
    const rows = await this.#site.database.read<UserRow>('users').where(column, value).limit(1);
    return (await this.#withRoles(rows))[0];
  }

  /** By login, else by e-mail address. */
  async credentialsOf(loginOrEmail: string): Promise<Credentials | undefined> {
    const key = foldKey(loginOrEmail);
    const rows = await this.#site.database
      .read<UserRow>('users')
      .where('login_key', key)
      .orWhere('email_key', key)
      .limit(2);
    const row = rows.find((found) => found.login_key === key) ?? rows[0];
    // The same queries for a name that nobody has, so that the time tells nothing.
    if (!row) await this.#rolesOf([0]);
    return row && this.#credentials(row);
  }

  async credentialsById(id: number): Promise<Credentials | undefined> {
    const row = await this.#site.database.read<UserRow>('users').where({ id }).first();
    return row && this.#credentials(row);
  }

  async list(query: UserQuery): Promise<User[]> {
    const limit = Math.min(Math.max(query.limit ?? 100, 1), 1000);
    const { order = 'id', direction = 'asc', after } = query;
    // The key of a login is unique, as an id is: one column says where a list goes on.
    const column = order === 'login' ? 'login_key' : 'id';
    const builder = this.#matching(query).orderBy(column, direction).limit(limit);
    const place = order === 'login' && after !== undefined ? foldKey(String(after)) : after;
    if (place !== undefined) void builder.where(column, direction === 'asc' ? '>' : '<', place);
    return this.#withRoles(await builder);
  }

  async count(query: Omit<UserQuery, 'limit' | 'after' | 'order' | 'direction'>): Promise<number> {
    const [row] = await this.#matching(query).count({ amount: '*' });
    return Number(row?.['amount'] ?? 0);
  }

  async insert(row: Omit<UserRow, 'id'>, roles: readonly string[]): Promise<number> {
    const id = await this.#site.database.insert('users', row);
    await this.addRoles(id, roles);
    return id;
  }

  /** Changes a user as long as nobody else has since `version`. Returns whether it did. */
  async update(id: number, version: number, changes: Partial<UserRow>): Promise<boolean> {
    const builder = this.#site.database.write('users').where({ id, version });
    return (await builder.update({ ...changes, version: version + 1 })) > 0;
  }

  async addRoles(id: number, roles: readonly string[]): Promise<void> {
    if (roles.length === 0) return;
    await this.#site.database.write('user_roles').insert(roles.map((role) => ({ user_id: id, role, checks: 0 })));
  }

  async removeRoles(id: number, roles: readonly string[]): Promise<void> {
    await this.#site.database
      .write('user_roles')
      .where({ user_id: id })
      .whereIn('role', [...roles])
      .delete();
  }

  async remove(id: number): Promise<void> {
    for (const table of ['user_roles', 'user_meta', 'login_throttle', 'one_time_tokens']) {
      await this.#site.database.write(table).where({ user_id: id }).delete();
    }
    await this.#site.database.write('users').where({ id }).delete();
  }

  /**
   * Whether another active user than `id` has the role. Writes to the rows first, so that two transactions that ask
   * for each other's user cannot both hear yes, on one server or on several.
   */
  async isRoleHeldByOthers(role: string, id: number): Promise<boolean> {
    await this.#site.database.write('user_roles').where({ role }).increment('checks', 1);
    return this.isRoleHeld(role, id);
  }

  /** Whether an active user has the role, leaving out `except`. */
  async isRoleHeld(role: string, except = 0): Promise<boolean> {
    const row = await this.#site.database
      .write('user_roles')
      .join('users', 'users.id', 'user_roles.user_id')
      .where({ 'user_roles.role': role, 'users.status': 'active' })
      .whereNot('users.id', except)
      .first('users.id');
    return row !== undefined;
  }

  #matching({ search, role, status }: UserQuery) {
    const builder = this.#site.database.read<UserRow>('users');
    if (status) void builder.where('status', status);
    if (role) void builder.whereIn('id', this.#site.database.read('user_roles').where('role', role).select('user_id'));
    if (search?.trim()) {
      const { dialect } = this.#site.database;
      const key = foldKey(search);
      void builder.where((match) => {
        void match.where(dialect.contains('login_key', key)).orWhere(dialect.contains('email_key', key));
        void match.orWhere(dialect.contains('name', search.trim(), { ignoreCase: true }));
      });
    }
    return builder;
  }

  async #credentials(row: UserRow): Promise<Credentials | undefined> {
    const [user] = await this.#withRoles([row]);
    return user && { user, passwordHash: row.password_hash, passwordExpiresAt: row.password_expires_at };
  }

  async #withRoles(rows: readonly UserRow[]): Promise<User[]> {
    if (rows.length === 0) return [];
    const roles = await this.#rolesOf(rows.map((row) => row.id));
    return rows.map((row) => decodeUser(row, roles.get(row.id) ?? []));
  }

  async #rolesOf(ids: readonly number[]): Promise<Map<number, string[]>> {
    const held = await this.#site.database.read<RoleRow>('user_roles').whereIn('user_id', [...ids]);
    const roles = new Map<number, string[]>();
    for (const { user_id: id, role } of held) roles.set(id, [...(roles.get(id) ?? []), role]);
    return roles;
  }
}
