import type { Context } from '../http/context.ts';
import type { PathParams } from '../http/pattern.ts';
import { type Reply, redirect } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { JsonSchema } from '../http/schema.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { type AdminMenuItem, adminUrl } from './menu.ts';
import { ScreenContext } from './screen-context.ts';

/** Answers a request for a screen. */
export type ScreenHandler = (page: ScreenContext) => Reply | Promise<Reply>;

/** A key of a screen and what it does: `{ keys: 'j', label: 'Next row' }`. */
export interface ScreenKey {
  keys: string;
  label: string;
}

/** A screen of the admin. */
export interface Screen {
  /** Below `/admin`, with parameters as routes have them: `/events/:id(int)`. */
  path: string;
  /** Name of the route, for `{{route}}`. */
  name?: string;
  title: string;
  /** What the screen is for and how it works, for whoever asks: a paragraph, or several. */
  help?: string | readonly string[];
  /** Keys that its scripts know, for the list that `?` opens. */
  keys?: readonly ScreenKey[];
  /** Who may open it: whoever holds this capability … */
  capability?: string;
  /** … or, without one, everybody who is logged in. Exactly one of the two. */
  authenticated?: true;
  /** A further condition that depends on the address, such as the capability of a content type. */
  allow?(page: ScreenContext): boolean | Promise<boolean>;
  /** Its entry in the menu. */
  menu?: Omit<AdminMenuItem, 'path' | 'label' | 'capability'> & { label?: string };
  /**
   * The query parameters that it knows: text, unless a schema says otherwise. Others are not there. In a list of names
   * `filter.*` stands for all that begin with `filter.`.
   */
  query?: readonly string[] | Readonly<Record<string, JsonSchema>>;
  /** A sensitive act: whoever has not proved who he is within 15 minutes is asked for his password first. */
  fresh?: true;
  /** Its forms may be as long as `http.textLimit` says. */
  longTexts?: true;
  get?: ScreenHandler;
  post?: ScreenHandler;
}

const TEXT_MAX = 500;

function querySchema(query: Screen['query'] = []): JsonSchema {
  const text = { type: 'string', maxLength: TEXT_MAX };
  if (!Array.isArray(query)) return { type: 'object', properties: query as Record<string, JsonSchema> };
  const names = query as string[];
  const families = names.filter((name) => name.endsWith('.*'));
  const properties = Object.fromEntries(names.filter((name) => !name.endsWith('.*')).map((name) => [name, text]));
  if (families.length === 0) return { type: 'object', properties };
  const patterns = families.map((name) => [`^${name.slice(0, -2)}\\.[\\w.:-]{1,100}$`, text]);
  return { type: 'object', properties, patternProperties: Object.fromEntries(patterns) };
}

/**
 * Registers a screen: its routes, each with its guard, and its entry in the menu.
 * @throws GALLEY_ROUTE_UNGUARDED when it does not say who may open it
 */
export function registerScreen(site: Site, screen: Screen): void {
  const path = adminUrl(screen.path);
  if ((screen.capability === undefined) === (screen.authenticated === undefined)) {
    throw new GalleyError(
      'GALLEY_ROUTE_UNGUARDED',
      `The screen ${path} of "${site.owner}" must say who may open it: either capability: '…' or authenticated: true.`,
    );
  }
  const { capability, authenticated, name, longTexts } = screen;
  const guard = capability === undefined ? { authenticated } : { capability };
  const schema = { query: querySchema(screen.query) };
  const options = { ...guard, area: 'admin' as const, schema, summary: screen.title };
  if (screen.get) site.routes.get(path, { ...options, name }, handle(screen, screen.get));
  if (screen.post) {
    const named = screen.get ? undefined : name;
    site.routes.post(path, { ...options, name: named, rawForm: true, longTexts }, handle(screen, screen.post));
  }
  if (screen.menu) site.admin.menu.add({ label: screen.title, path: screen.path, capability, ...screen.menu });
}

function handle(screen: Screen, run: ScreenHandler): Handler<PathParams, unknown, unknown> {
  return async (context) => {
    const page = await ScreenContext.open(context as Context, screen);
    try {
      return (await mustGoElsewhere(screen, page)) ?? (await run(page));
    } catch (error) {
      if (!(error instanceof GalleyError) || error.status >= 500) throw error;
      return page.error(error);
    }
  };
}

/** Where somebody has to go before he may use the screen. */
async function mustGoElsewhere(screen: Screen, page: ScreenContext): Promise<Reply | undefined> {
  if (page.user.mustChangePassword && screen.path !== '/password') return redirect(adminUrl('/password'));
  if (screen.allow && !(await screen.allow(page)))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not open this. Ask an administrator if you need it.');
  return screen.fresh && !page.isFresh() ? page.confirm() : undefined;
}
