import type { Context } from '../http/context.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Site } from '../kernel/site.ts';
import { findCommands } from './commands.ts';
import type { ScreenContext } from './screen-context.ts';

const SEARCH = { type: 'string', maxLength: 100 } as const;
const QUERY = { type: 'object', properties: { search: SEARCH } } as const;

async function showFind(page: ScreenContext): Promise<Reply> {
  const search = page.text('search').trim();
  return page.view('find', { search, groups: await findCommands(page.context, search) });
}

async function flushCache(page: ScreenContext): Promise<Reply> {
  await page.site.cache.flush();
  return page.redirect('/', {
    kind: 'success',
    text: 'The cache is empty. Pages are made anew as they are asked for.',
  });
}

/** The screen that finds everything, what Ctrl+K asks, and what there is no other screen for. */
export function addFind(site: Site): void {
  site.admin.screen({
    path: '/find',
    title: 'Find',
    help: 'Screens, entries, terms, files, people and actions by their names. Ctrl+K (⌘K on a Mac) opens the same search over any screen.',
    authenticated: true,
    query: { search: SEARCH },
    get: showFind,
  });
  site.routes.get(
    '/admin/api/commands',
    {
      authenticated: true,
      schema: { query: QUERY },
      summary: 'Screens, entries, terms, files, people and actions by name.',
    },
    async (context) => {
      const search = String(context.query['search'] ?? '').trim();
      return json({ groups: await findCommands(context as Context, search) });
    },
  );
  site.admin.screen({ path: '/cache/flush', title: 'Flush the cache', capability: 'manage_options', post: flushCache });
}
