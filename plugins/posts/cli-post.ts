import { readFile } from 'node:fs/promises';
import {
  type Entry,
  type EntryDraft,
  type EntryStatus,
  GalleyError,
  loadPermalinks,
  type Site,
  type Viewer,
} from 'galley';
import { demandChange, idOf, idsOf } from './cli-ids.ts';
import { addRemovedCommand, loginsOf } from './cli-removed.ts';

const LISTED = 50;
const EVERY = Number.MAX_SAFE_INTEGER;
const FIELDS = ['ID', 'post_title', 'post_name', 'post_date', 'post_status'];

/** An entry under the names that WP-CLI prints. */
function toRow(entry: Entry, url: string): Record<string, unknown> {
  return {
    ID: entry.id,
    post_title: entry.title,
    post_name: entry.slug,
    post_type: entry.type,
    post_status: entry.status,
    post_date: entry.publishedAt === null ? '' : new Date(entry.publishedAt).toISOString(),
    post_modified: new Date(entry.modifiedAt).toISOString(),
    post_author: entry.authorId,
    post_parent: entry.parentId,
    menu_order: entry.order,
    post_excerpt: entry.excerpt,
    post_content: entry.content,
    version: entry.version,
    url,
  };
}

/** Who moved each entry to the trash and when: for lists of what is there. */
async function deletionsOf(site: Site, entries: readonly Entry[], viewer: Viewer): Promise<Record<string, unknown>[]> {
  const ids = entries.filter(({ status }) => status === 'trash').map(({ id }) => id);
  const farewells = await site.entries.farewells(ids, viewer);
  const logins = await loginsOf(
    site,
    [...farewells.values()].map(({ authorId }) => authorId),
  );
  return entries.map(({ id, status, modifiedAt }) => {
    const farewell = farewells.get(id);
    return {
      deleted_by: farewell ? logins(farewell.authorId) : '',
      deleted_date: status === 'trash' ? new Date(farewell?.createdAt ?? modifiedAt).toISOString() : '',
    };
  });
}

/** The options that say what an entry is to be; they are those of WP-CLI. */
const CHANGE_OPTIONS = {
  post_title: { type: 'text', summary: 'Its title.' },
  post_content: { type: 'text', summary: 'Its body as block markup; @FILE reads a file, - standard input.' },
  post_excerpt: { type: 'text', summary: 'Its excerpt.' },
  post_status: {
    type: 'text',
    summary: 'draft, pending, publish, private.',
    choices: ['draft', 'pending', 'publish', 'private'],
  },
  post_name: { type: 'text', summary: 'Its slug.' },
  post_date: { type: 'text', summary: 'When it is published, such as 2026-12-24T18:00Z.' },
  post_author: { type: 'integer', summary: 'Id of its author.' },
  post_parent: { type: 'integer', summary: 'Id of what it stands below.' },
  menu_order: { type: 'integer', summary: 'Its place among its neighbours.' },
  post_category: { type: 'list', summary: 'Its categories, by name or slug.' },
  tags_input: { type: 'list', summary: 'Its tags.' },
  sticky: { type: 'boolean', summary: 'Keeps it on top of the list.' },
} as const;

const DRAFT_OPTIONS = {
  post_type: { type: 'text', summary: 'Its type.', default: 'post' },
  ...CHANGE_OPTIONS,
} as const;

interface DraftOptions {
  post_type?: string;
  post_title?: string;
  post_content?: string;
  post_excerpt?: string;
  post_status?: string;
  post_name?: string;
  post_date?: string;
  post_author?: number;
  post_parent?: number;
  menu_order?: number;
  post_category?: string[];
  tags_input?: string[];
  sticky?: boolean;
}

async function readContent(given: string | undefined): Promise<string | undefined> {
  if (given === '-') {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
    return text;
  }
  if (!given?.startsWith('@')) return given;
  return readFile(given.slice(1), 'utf8').catch((error: unknown) => {
    throw new GalleyError('GALLEY_FILE_UNKNOWN', `${given.slice(1)} cannot be read.`, { cause: error });
  });
}

function readDate(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const time = Date.parse(given);
  if (Number.isNaN(time))
    throw new GalleyError('GALLEY_INPUT_INVALID', `"${given}" is no date. Write one such as 2026-12-24T18:00Z.`);
  return time;
}

async function toDraft(options: DraftOptions): Promise<EntryDraft> {
  const terms = {
    ...(options.post_category ? { category: options.post_category } : {}),
    ...(options.tags_input ? { post_tag: options.tags_input } : {}),
  };
  return {
    type: options.post_type,
    title: options.post_title,
    content: await readContent(options.post_content),
    excerpt: options.post_excerpt,
    status: options.post_status as EntryStatus | undefined,
    slug: options.post_name,
    publishedAt: readDate(options.post_date),
    authorId: options.post_author,
    parentId: options.post_parent,
    order: options.menu_order,
    sticky: options.sticky || undefined,
    ...(Object.keys(terms).length > 0 ? { terms } : {}),
  };
}

/** Refuses an author whom nobody would find. @throws GALLEY_USER_UNKNOWN */
async function checkAuthor(site: Site, id: number | undefined): Promise<void> {
  if (id !== undefined && !(await site.users.find(id)))
    throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user ${id}.`);
}

/** The entries of these ids, which must all be there before any is changed. @throws GALLEY_ENTRY_UNKNOWN */
async function needEntries(site: Site, texts: readonly string[], viewer: Viewer): Promise<Entry[]> {
  const ids = idsOf(texts);
  const found = await site.entries.getMany(ids, viewer);
  return ids.map((id) => {
    const entry = found.get(id);
    if (!entry) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${id}.`);
    return entry;
  });
}

/** `galley post list | removed | get | create | update | delete`. */
export function addPostCommands(site: Site, viewerOf: (context: object) => Viewer): void {
  site.commands.define('post list', {
    summary: 'Lists entries of a type, the newest first.',
    asUser: true,
    options: {
      post_type: { type: 'text', summary: 'The type.', default: 'post' },
      post_status: { type: 'list', summary: 'Only in these states; all but the trash unless given.' },
      search: { type: 'text', summary: 'Words that the title must contain.' },
      limit: { type: 'integer', min: 1, max: 1000, summary: 'At most so many; 50 unless given.' },
    },
    examples: [
      'galley post list --post_status=draft',
      'galley post list --post_status=trash',
      'galley post list --post_type=page --format=count',
    ],
    async run(context) {
      const { options, output, site: target } = context;
      const links = await loadPermalinks(target);
      const status = options.post_status ?? ['publish', 'future', 'draft', 'pending', 'private', 'inherit'];
      const { search, limit = LISTED } = options;
      const query = { type: options.post_type, status, ...(search ? { title: search } : {}) };
      const viewer = viewerOf(context);
      // Texts are long: they are read only for whoever wants them, and then never shown as if they were empty.
      const body = output.asked.includes('post_content');
      const { items } = await target.entries.find({ ...query, limit, order: 'id', body }, viewer);
      const isTrash = status.includes('trash');
      const deletions = isTrash ? await deletionsOf(target, items, viewer) : [];
      output.table(
        items.map((entry, at) => ({ ...toRow(entry, links.entry(entry)), ...deletions[at] })),
        {
          fields: isTrash ? [...FIELDS, 'deleted_by', 'deleted_date'] : FIELDS,
          id: 'ID',
          total: () => target.entries.count(query, viewer, options.limit ?? EVERY),
        },
      );
    },
  });

  addRemovedCommand(site, viewerOf);

  site.commands.define('post get', {
    summary: 'Shows an entry.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'Its id.' }],
    async run(context) {
      const { args, output, site: target } = context;
      const entry = await target.entries.need(idOf(args.id), viewerOf(context));
      output.item(toRow(entry, (await loadPermalinks(target)).entry(entry)), { id: 'ID' });
    },
  });

  site.commands.define('post create', {
    summary: 'Makes an entry and prints its id.',
    asUser: true,
    options: DRAFT_OPTIONS,
    examples: ['galley post create --post_title="Hello" --post_content=@body.html --post_status=publish'],
    async run(context) {
      const { options, output, site: target } = context;
      await checkAuthor(target, options.post_author);
      const entry = await target.entries.save(await toDraft(options), { viewer: viewerOf(context) });
      output.info(`Made the ${entry.type} ${entry.id} (${entry.status}).`);
      output.value(entry.id);
    },
  });

  site.commands.define('post update', {
    summary: 'Changes entries.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'Ids.', many: true }],
    options: { ...CHANGE_OPTIONS, unstick: { type: 'boolean', summary: 'Keeps it on top no longer.' } },
    async run(context) {
      const { args, options, output, site: target } = context;
      const viewer = viewerOf(context);
      const draft = { ...(await toDraft(options)), ...(options.unstick ? { sticky: false } : {}) };
      demandChange(draft);
      await checkAuthor(target, options.post_author);
      for (const { id } of await needEntries(target, args.id, viewer)) {
        await target.entries.save({ ...draft, id }, { viewer });
        output.success(`Changed ${id}.`);
      }
    },
  });

  site.commands.define('post recount', {
    summary: 'Makes the counts by month, author and term, and the summaries, anew.',
    async run({ output, site: target }) {
      const { entries, summaries } = await target.entries.recount();
      output.success(`Counted ${entries} entries; ${summaries} summaries were wrong.`);
    },
  });

  site.commands.define('post delete', {
    summary: 'Moves entries to the trash, or removes them for good.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'Ids.', many: true }],
    options: { force: { type: 'boolean', summary: 'Removes for good.' } },
    async run(context) {
      const { args, options, output, site: target } = context;
      const viewer = viewerOf(context);
      const found = await needEntries(target, args.id, viewer);
      const what = found.length === 1 ? 'this entry' : `these ${found.length} entries`;
      if (options.force && !(await output.confirm(`Remove ${what} for good?`))) return 1;
      for (const { id, status } of found) {
        if (options.force) await target.entries.remove(id, { viewer });
        else if (status !== 'trash') await target.entries.trash(id, { viewer });
        output.success(options.force ? `Removed ${id}.` : `Moved ${id} to the trash.`);
      }
    },
  });
}
