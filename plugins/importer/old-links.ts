import { type Context, loadPermalinks, type Reply, redirect, type Site } from 'galley';
import { findOldLink, forgetImported } from './import-store.ts';
import { oldAddress } from './old-address.ts';

/** Leads an address that an entry had on the old site to the entry. */
export async function followOldLink(context: Context): Promise<Reply | undefined> {
  const address = oldAddress(context.path);
  return address === null ? undefined : follow(context, address);
}

/** `/?p=12` of the old site, unless an entry of this one is at that address. */
export async function followPlainLink(context: Context): Promise<Reply | undefined> {
  if (context.path !== '/') return undefined;
  const { p, page_id: page, attachment_id: attachment } = context.query as Record<string, unknown>;
  const id = Number(p ?? page ?? attachment ?? 0);
  if (!Number.isSafeInteger(id) || id <= 0) return undefined;
  const own = await context.site.entries.get(id, context.viewer);
  if (own?.path === null && own.status !== 'publish') return undefined;
  return follow(context, `/?p=${id}`);
}

async function follow(context: Context, address: string): Promise<Reply | undefined> {
  const { site, viewer } = context;
  const id = await findOldLink(site, address);
  const entry = id === undefined ? undefined : await site.entries.get(id, viewer);
  if (!entry || !site.types.get(entry.type)?.public) return undefined;
  const url = (await loadPermalinks(site)).entry(entry);
  if (url.startsWith('/?') || oldAddress(url) === address) return undefined;
  context.tag(`entry:${entry.id}`);
  return redirect(url, 301);
}

/** What is removed for good is forgotten, so that a later import brings it again. */
export function forgetRemoved(site: Site): void {
  site.hooks.addAction('entry:removed', ({ entry }) => forgetImported(site, ['item', 'file'], entry.id));
  site.hooks.addAction('term:removed', ({ term }) => forgetImported(site, ['term', 'term-id'], term.id));
  site.hooks.addAction('user:removed', ({ user }) => forgetImported(site, ['author'], user.id));
}
