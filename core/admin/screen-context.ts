import type { Context } from '../http/context.ts';
import type { FormValues } from '../http/form-values.ts';
import { html, json, type Reply, redirect } from '../http/reply.ts';
import type { User } from '../identity/user.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { SafeHtml } from '../lib/escape.ts';
import type { Messages, MessageValues, PluralForms } from '../lib/i18n.ts';
import { readerLanguage } from './language.ts';
import { adminUrl } from './menu.ts';
import { flash, type Notice, takeFlash } from './notices.ts';
import { readOwnPreference, readPreferences, saveOwnPreference } from './preferences.ts';
import type { Screen, ScreenKey } from './screens.ts';
import { tableFacts, tableJson } from './table-json.ts';
import { isTable } from './tables.ts';
import type { AdminView } from './views.ts';

/** A step of the way to a screen. */
export interface Crumb {
  label: string;
  url: string;
}

/** A link or button beside the title of a screen. */
export interface PageAction {
  label: string;
  url: string;
  icon?: string;
  isPrimary?: boolean;
}

/** What stands around a screen, and what its template gets. */
export interface ScreenView {
  /** The screen's own unless given. */
  title?: string;
  /** A sentence below the title. */
  intro?: string;
  breadcrumbs?: readonly Crumb[];
  actions?: readonly PageAction[];
  notices?: readonly Notice[];
  /** Instead of the help that the screen was registered with. */
  help?: string | readonly string[];
  /** Addresses of further stylesheets and scripts, from `site.assets.url`. */
  stylesheets?: readonly string[];
  scripts?: readonly string[];
  [name: string]: unknown;
}

/** How a screen is answered. */
export interface ScreenOptions {
  status?: number;
  /** Lets pages of this site stand in frames on this one screen; on the others none may. */
  hasFrames?: boolean;
}

const FRESH_MS = 15 * 60_000;
const ERROR_TITLES: Record<number, string> = {
  403: 'This is not for you',
  404: 'There is nothing here',
  409: 'Somebody was faster',
  410: 'This is too old',
  429: 'Too often',
};

/** What the registration of a screen says of it. */
type ScreenFacts = Pick<Screen, 'title' | 'help' | 'keys'>;

/** What is known of a request for a screen when it is opened. */
interface OpenedFacts {
  user: User;
  screen: ScreenFacts;
  language: string;
  messages: Messages;
}

/** A request for a screen, as its handler sees it. */
export class ScreenContext {
  readonly context: Context;
  /** Whoever asks. */
  readonly user: User;
  /** The texts of the reader's language. */
  readonly messages: Messages;
  readonly #screen: ScreenFacts;
  readonly #language: string;
  /** What stands for the posted form. */
  readonly #given: FormValues | undefined;

  constructor(context: Context, facts: OpenedFacts, given?: FormValues) {
    this.context = context;
    this.#given = given;
    this.user = facts.user;
    this.messages = facts.messages;
    this.#screen = facts.screen;
    this.#language = facts.language;
  }

  /** @throws GALLEY_LOGIN_REQUIRED when the user has gone since the request began */
  static async open(context: Context, screen: ScreenFacts): Promise<ScreenContext> {
    const user = context.viewer.id === null ? undefined : await context.site.users.find(context.viewer.id);
    if (!user) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.');
    const language = await readerLanguage(context);
    const messages = (await context.site.admin.views.texts()).for(language);
    return new ScreenContext(context, { user, screen, language, messages });
  }

  get site(): Site {
    return this.context.site;
  }
  get viewer(): Viewer {
    return this.context.viewer;
  }
  get title(): string {
    return this.#screen.title;
  }
  /** The parameters of the path as text; `id()` reads a number. */
  get params(): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(this.context.params).map(([name, value]) => [name, String(value)]));
  }
  /** The known query parameters. */
  get query(): Readonly<Record<string, unknown>> {
    return this.context.query;
  }
  /** A query parameter as text; empty where it is absent. */
  text(name: string): string {
    const value = this.query[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }
  /** A number from the path. */
  id(name = 'id'): number {
    return Number(this.params[name]);
  }
  /** The posted form: each name with its values in order; empty for GET. */
  get values(): FormValues {
    if (this.#given) return this.#given;
    const { body } = this.context;
    return body instanceof Map ? (body as FormValues) : new Map();
  }
  /** The same request, as if this form had been posted: for what was kept elsewhere and is now to be shown again. */
  withValues(values: FormValues): ScreenContext {
    const { user, messages } = this;
    return new ScreenContext(this.context, { user, messages, screen: this.#screen, language: this.#language }, values);
  }
  /** The last value of a field of the posted form. */
  value(name: string): string {
    return this.values.get(name)?.at(-1) ?? '';
  }

  /**
   * A page in the frame of the admin.
   * @param template of core (`list`, `form`, `settings`) or, with the plugin's name before it, of a plugin
   */
  async view(template: string, data: ScreenView = {}, options: ScreenOptions = {}): Promise<Reply> {
    const table = isTable(data['table']) ? data['table'] : undefined;
    const zone = await this.site.options.get<string>('timezone');
    const say = (text: string): string => this.t(text);
    // The rows of a list as data, from the same code as the page: so both always agree.
    if (this.wantsJson && table) {
      const headers = { 'cache-control': 'private, no-store', vary: 'Accept' };
      return json({ table: tableJson(table, say, zone) }, { headers });
    }
    // Only lists with a name are drawn by script, unless a screen has a script of its own that changes the rows.
    const isDrawn = table?.name !== undefined && data['isDrawn'] !== false;
    const shown = isDrawn ? { ...data, list: tableFacts(table, say, zone) } : data;
    const text = await this.#render(template, await this.#frame(shown));
    const reply = html(text, { status: options.status ?? 200, headers: { 'cache-control': 'private, no-store' } });
    if (!options.hasFrames) return reply;
    return reply.header('content-security-policy', `${this.site.csp.header('admin')}; frame-src 'self'`);
  }

  /** Whether a script asks, which wants data and no page. */
  get wantsJson(): boolean {
    return /^application\/json\b/.test(this.context.headers.accept ?? '');
  }

  /**
   * A part of a page, from a template without a layout: for panels that go into somebody else's screen.
   * @param template with the plugin's name before it: `reviews/panel`
   */
  async fragment(template: string, data: Record<string, unknown> = {}): Promise<SafeHtml> {
    const view = {
      ...data,
      page: { kind: 'admin', heading: '' },
      token: this.context.csrfToken(),
      here: this.context.url,
    };
    return new SafeHtml(await this.#render(template, view));
  }

  #render(template: string, view: AdminView): Promise<string> {
    return this.site.admin.views.render(template, view, this.context.origin, this.#language);
  }

  /** The reader's language, such as `de` or `de-AT`. */
  get language(): string {
    return this.#language;
  }

  /**
   * A text in the reader's language; the English one is its key.
   * @example page.t('{count} posts moved', { count }, { one: '{count} post moved' })
   */
  t(text: string, values: MessageValues = {}, forms: PluralForms = {}): string {
    return this.messages.translate(text, values, forms);
  }

  /** What this person chose before, such as the columns of a list; null where nothing. Check its shape. */
  preference(name: string): Promise<unknown> {
    return readOwnPreference(this.site, this.user.id, name);
  }

  /** Keeps what this person chose, on all devices; null forgets it. @throws GALLEY_INPUT_INVALID when it is too long */
  savePreference(name: string, value: unknown): Promise<void> {
    return saveOwnPreference(this.site, this.user.id, name, value);
  }

  /** Sends the browser on, with 303; what is to be said is said there. */
  redirect(path: string, notice?: Notice): Reply {
    if (notice) flash(this.context, notice);
    return redirect(path.startsWith('/admin') ? path : adminUrl(path));
  }

  /** Says on the next screen that something went well. */
  notice(text: string, more: Partial<Notice> = {}): void {
    flash(this.context, { kind: 'success', text, ...more });
  }

  /** The screen that tells of an error, with its status. */
  error(error: GalleyError): Promise<Reply> {
    const title = ERROR_TITLES[error.status] ?? 'That did not work';
    return this.view('error', { title, message: error.message }, { status: error.status });
  }

  /** Whether the person has proved within 15 minutes who he is. */
  isFresh(): boolean {
    const { session } = this.context;
    return session !== null && Date.now() - session.authenticatedAt < FRESH_MS;
  }

  /** Asks for the password again before something sensitive; what was posted comes along, but for passwords. */
  confirm(): Promise<Reply> | Reply {
    const { context } = this;
    const back = context.method === 'POST' ? context.path : context.url;
    if (context.method !== 'POST') return redirect(`/admin/confirm?redirect_to=${encodeURIComponent(back)}`);
    const kept = [...this.values].flatMap(([name, list]) =>
      /password/i.test(name) ? [] : list.map((value) => ({ name: `keep.${name}`, value })),
    );
    return this.view('confirm', { title: 'Is it you?', back, kept, isPosted: true }, { status: 403 });
  }

  /** Whoever acts for somebody else is told so on each screen, with the way back. */
  #acting(): Notice[] {
    if (this.context.session?.actorId === undefined) return [];
    const text = this.t('You see the site as {name}. What asks for a password stays shut.', { name: this.user.name });
    return [{ kind: 'warning', text, undo: { label: this.t('Back to yourself'), action: '/admin/back' } }];
  }

  #shownKeys(): ScreenKey[] {
    return (this.#screen.keys ?? []).map(({ keys, label }) => ({ keys, label: this.t(label) }));
  }

  async #frame({ title, notices = [], help, ...data }: ScreenView): Promise<AdminView> {
    const { context, site, user, viewer } = this;
    const input = { site, viewer, path: context.path };
    const kept = takeFlash(context);
    const [menu, bar, collected, preferences] = await Promise.all([
      site.admin.menu.show(viewer, context.path),
      site.hooks.collect('admin:bar', input),
      site.hooks.collect('admin:notices', input),
      readPreferences(context),
    ]);
    const heading = title ?? this.#screen.title;
    return {
      ...data,
      page: { kind: 'admin', heading },
      token: context.csrfToken(),
      here: context.url,
      menu,
      bar,
      preferences,
      help: [help ?? this.#screen.help ?? []].flat(),
      keys: { isOff: preferences.keysOff, screen: this.#shownKeys() },
      user: { id: user.id, name: user.name, initials: initialsOf(user.name) },
      isSafeMode: site.config.plugins.safeMode,
      shown: [...this.#acting(), ...(kept ? [{ ...kept, isNew: true }] : []), ...notices, ...collected],
    };
  }
}

/** The first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
