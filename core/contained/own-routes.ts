import { sanitizeHtmlFragment } from '../content/blocks/sanitize.ts';
import type { Context } from '../http/context.ts';
import { html, json, notFound, type Reply, redirect, text } from '../http/reply.ts';
import type { RouteSchema } from '../http/route-types.ts';
import type { JsonSchema } from '../http/schema.ts';
import type { DeclaredRoute } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** What stands in front of the addresses of contained plugins, so that none can take the place of another page. */
export const ROUTE_PREFIX = '/plugins';
const RATE = { max: 120, seconds: 60 };

interface Answer {
  status?: unknown;
  json?: unknown;
  text?: unknown;
  html?: unknown;
  redirect?: unknown;
}

function statusOf(value: unknown): number {
  const status = Number(value ?? 200);
  return Number.isInteger(status) && ((status >= 200 && status < 300) || (status >= 400 && status < 500))
    ? status
    : 200;
}

/** The reply out of what a plugin says: it decides neither headers nor cookies, and its HTML is sanitised. */
function replyOf(answer: unknown): Reply {
  if (answer === null || answer === undefined) return notFound();
  const { status, json: data, text: plain, html: markup, redirect: target } = answer as Answer;
  const options = { status: statusOf(status) };
  if (typeof target === 'string') return redirect(target);
  if (typeof markup === 'string')
    return html(`<!doctype html><meta charset="utf-8">${sanitizeHtmlFragment(markup)}`, options);
  if (typeof plain === 'string') return text(plain, options);
  return json(data ?? null, options);
}

const guardOf = (access: string) => {
  if (access === 'public') return { public: true } as const;
  return access === 'authenticated' ? ({ authenticated: true } as const) : { capability: access };
};

function schemaOf({ query = {}, body }: DeclaredRoute): RouteSchema {
  const properties = query as Record<string, JsonSchema>;
  return { query: { type: 'object', properties }, ...(body ? { body: body as JsonSchema } : {}) };
}

/** Where it answers. @throws GALLEY_PLUGIN_INVALID for a file of `/.well-known/` that its manifest does not ask for */
function addressOf(plugin: PluginInfo, { path, wellKnown }: DeclaredRoute): string {
  if (wellKnown === undefined) return `${ROUTE_PREFIX}/${plugin.name}${path === '/' ? '' : path}`;
  if (plugin.capabilities.includes(`well-known:${wellKnown}`)) return `/.well-known/${wellKnown}`;
  throw new GalleyError(
    'GALLEY_PLUGIN_INVALID',
    `It answers as "${wellKnown}" of /.well-known/ but does not ask for the capability "well-known:${wellKnown}".`,
  );
}

/** Answers the addresses that a plugin's manifest declares. The site is bound to it. */
export function addRoutes(site: Site, plugin: PluginInfo, routes: Record<string, DeclaredRoute>): void {
  for (const [name, route] of Object.entries(routes)) {
    const path = addressOf(plugin, route) as '/plugins/:name';
    const { cache, method } = route;
    const isKept = cache && method === 'GET' && route.access === 'public';
    const options = {
      ...guardOf(route.access),
      name: `${plugin.name}.${name}`,
      area: 'api' as const,
      schema: schemaOf(route),
      rateLimit: RATE,
      summary: `An address of the plugin "${plugin.title}".`,
      ...(isKept ? { cache: { ttl: cache.seconds, query: Object.keys(route.query ?? {}) } } : {}),
    };
    const handler = async (context: Context): Promise<Reply> => {
      if (site.contained.hosts.isOut(plugin.name))
        throw new GalleyError('GALLEY_SITE_BUSY', 'The plugin that answers here was switched off.');
      context.tag(...site.contained.tagsOf(plugin, cache));
      const granted = await site.contained.calls.adoptRights(plugin.name);
      if (route.wellKnown !== undefined && !granted.has(`well-known:${route.wellKnown}`)) return notFound();
      const { params, query } = context;
      const body = method === 'POST' ? (context.body ?? null) : null;
      const input = { params, query, body, isLoggedIn: !isKept && context.viewer.id !== null };
      try {
        return replyOf(await site.contained.ask(plugin, `routes.${name}`, JSON.stringify(input)));
      } catch (error) {
        site.contained.fail(plugin, `routes.${name}`, error);
        throw new GalleyError('GALLEY_SITE_BUSY', 'The plugin that answers here does not answer now.', {
          cause: error,
        });
      }
    };
    if (method === 'POST') site.routes.post(path, options, handler as never);
    else site.routes.get(path, options, handler as never);
  }
}
