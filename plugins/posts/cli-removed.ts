import { GalleyError, type Site, type Viewer } from 'galley';

const LISTED = 50;

/** Makes logins of ids; who is gone keeps the number, and what the system did is nobody's. */
export async function loginsOf(
  site: Site,
  ids: readonly (number | null)[],
): Promise<(id: number | null | undefined) => string> {
  const users = await site.users.findByIds([...new Set(ids.flatMap((id) => id ?? []))]);
  const logins = new Map(users.map(({ id, login }) => [id, login]));
  return (id) => (id === null || id === undefined ? '' : (logins.get(id) ?? `#${id}`));
}

/** The number of a user, named by it, by login or by e-mail address; that of somebody who is gone stays one. */
async function idOf(site: Site, given: string): Promise<number> {
  const number = /^\d{1,15}$/.test(given) ? Number(given) : 0;
  const user =
    (number > 0 ? await site.users.find(number) : undefined) ??
    (await site.users.findByLogin(given)) ??
    (await site.users.findByEmail(given));
  if (user) return user.id;
  if (number > 0) return number;
  throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user "${given}". Name one by id, login or e-mail address.`);
}

/** `galley post removed`: who deleted what for good. */
export function addRemovedCommand(site: Site, viewerOf: (context: object) => Viewer): void {
  site.commands.define('post removed', {
    summary: 'Lists what was removed for good, who did it and when, the latest first.',
    asUser: true,
    options: {
      post_type: { type: 'list', summary: 'Only of these types.' },
      search: { type: 'text', summary: 'Words that the title must contain.' },
      by: { type: 'text', summary: 'Only what this user removed or moved to the trash: id, login or e-mail address.' },
      limit: { type: 'integer', min: 1, max: 1000, summary: 'At most so many; 50 unless given.' },
    },
    examples: ['galley post removed --search=imprint', 'galley post removed --by=ada --format=csv'],
    async run(context) {
      const { options, output, site: target } = context;
      const { post_type, search, by, limit = LISTED } = options;
      const query = {
        ...(post_type ? { types: post_type } : {}),
        ...(search ? { title: search } : {}),
        ...(by ? { by: await idOf(target, by) } : {}),
        limit,
      };
      const { items } = await target.entries.removed(query, viewerOf(context));
      const people = items.flatMap(({ authorId, trashed }) => [authorId, trashed?.authorId ?? null]);
      const logins = await loginsOf(target, people);
      output.table(
        items.map((item) => ({
          ID: item.id,
          post_title: item.title,
          post_type: item.type,
          post_status: item.status,
          deleted_by: logins(item.authorId),
          deleted_date: new Date(item.createdAt).toISOString(),
          trashed_by: logins(item.trashed?.authorId),
        })),
        { fields: ['ID', 'post_title', 'post_type', 'post_status', 'deleted_by', 'deleted_date'], id: 'ID' },
      );
    },
  });
}
