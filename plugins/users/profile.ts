import { GalleyError, Registry, type Site, type Viewer } from 'galley';

/** Something that people say about themselves beside name, biography and website. */
export interface ProfileField {
  label: string;
  help?: string;
  /** 190 unless given. */
  maxLength?: number;
  /** Whether visitors may see it. */
  isPublic?: boolean;
}

/** A page beside the profile, which a person has for himself. */
export interface ProfileTab {
  label: string;
  url: string;
}

/** The profile fields of all users: kept as user meta, as WordPress does. */
export class Profiles {
  /** Other plugins add theirs: `site.services.use('profiles').fields.define('pronouns', { label: 'Pronouns' })`. */
  readonly fields = new Registry<ProfileField>('profile field');
  /** Other plugins add pages of their own beside the profile. */
  readonly tabs = new Registry<ProfileTab>('profile tab');
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
    this.tabs.define('profile', { label: 'Profile', url: '/admin/profile' });
    this.tabs.define('password', { label: 'Password', url: '/admin/password' });
    this.fields.define('first_name', { label: 'First name' });
    this.fields.define('last_name', { label: 'Last name' });
    this.fields.define('nickname', { label: 'Nickname' });
  }

  /** The tabs above the profile, for a page of that address. */
  tabsAt(url: string): (ProfileTab & { current: boolean })[] {
    return this.tabs.list().map(({ value }) => ({ ...value, current: value.url === url }));
  }

  /** The fields of several users in one query; with `publicOnly` those that visitors may see. */
  async of(ids: readonly number[], { publicOnly = false } = {}): Promise<Map<number, Record<string, string>>> {
    const names = this.fields
      .list()
      .filter(({ value }) => value.isPublic || !publicOnly)
      .map(({ name }) => name);
    const meta = await this.#site.meta.of('user', ids, names);
    return new Map(
      [...meta].map(([id, values]) => [id, Object.fromEntries(names.map((name) => [name, values[name]?.[0] ?? '']))]),
    );
  }

  /**
   * Sets the fields that are named; an empty one is removed. People change their own; others need `edit_users`.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID with `details`: a list of `{ field, message }`
   */
  async set(id: number, values: Readonly<Record<string, string>>, by: Viewer): Promise<void> {
    const user = await this.#site.users.find(id);
    if (!user) throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user ${id}.`);
    await this.#site.users.assertMayEdit(user, by);
    const details = Object.entries(values).flatMap(([field, value]) => this.#mistake(field, value));
    if (details.length > 0) {
      throw new GalleyError('GALLEY_INPUT_INVALID', details.map(({ message }) => message).join(' '), { details });
    }
    await this.#site.database.transaction(async () => {
      for (const [name, value] of Object.entries(values)) {
        await this.#site.meta.set('user', id, name, value === '' ? [] : [value]);
      }
      await this.#site.database.afterCommit(() => this.#site.cache.invalidate([`user:${id}`]));
    });
  }

  #mistake(field: string, value: unknown): { field: string; message: string }[] {
    const definition = this.fields.get(field);
    if (!definition) return [{ field, message: `There is no profile field "${field}".` }];
    const { label, maxLength = 190 } = definition;
    if (typeof value === 'string' && [...value].length <= maxLength && !/\p{Cc}/u.test(value)) return [];
    return [{ field, message: `${label} has at most ${maxLength} characters, in one line.` }];
  }
}
