import { basename } from 'node:path';
import { type Entry, GalleyError, isGalleyError, loadPermalinks, messageOf, type Site, type Viewer } from 'galley';
import { addMoreCommands } from './cli-more.ts';
import { idOf, viewerOf } from './command-input.ts';
import type { Library } from './library.ts';
import type { Media } from './media.ts';
import { sizeLabel } from './size-label.ts';

const isUrl = (given: string): boolean => /^https?:\/\//i.test(given);
const STATUSES = ['inherit', 'publish', 'private', 'draft'];
const PAGE = 200;

interface ImportOptions {
  title?: string;
  alt?: string;
  caption?: string;
  post_id?: number;
}

/** Takes one file in, from the disk or from the host that the address names. */
async function importOne(media: Media, given: string, options: ImportOptions, viewer: Viewer): Promise<Entry> {
  const { title, alt, caption, post_id: parentId } = options;
  const more = { viewer, title, alt, caption, parentId };
  if (!isUrl(given)) return media.receive({ path: given, name: basename(given) }, more);
  if (!URL.canParse(given)) throw new GalleyError('GALLEY_COMMAND_USAGE', `"${given}" is no address.`);
  const { hostname, pathname } = new URL(given);
  const name = decodeURIComponent(basename(pathname)) || 'file';
  return media.receiveFrom({ url: given, hosts: [hostname] }, { ...more, name });
}

/** All attachments, the oldest first. */
async function* allAttachments(site: Site, viewer: Viewer): AsyncGenerator<Entry> {
  let after: { value: string | number | null; id: number } | null = null;
  do {
    const query = {
      type: 'attachment',
      status: STATUSES,
      order: 'id',
      direction: 'asc',
      limit: PAGE,
      body: false,
    } as const;
    const page: Awaited<ReturnType<Site['entries']['find']>> = await site.entries.find(
      after ? { ...query, after } : query,
      viewer,
    );
    yield* page.items;
    after = page.next;
  } while (after !== null);
}

/** `galley media import | regenerate | list`. */
export function addCommands(site: Site, library: Library): void {
  const { media } = library;
  addMoreCommands(site, library);
  site.commands.define('media import', {
    summary: 'Takes files into the library and prints their ids.',
    asUser: true,
    arguments: [{ name: 'file', summary: 'Files, or addresses of files.', many: true }],
    options: {
      title: { type: 'text', summary: 'Its title; the name of the file unless given.' },
      alt: { type: 'text', summary: 'What the picture shows.' },
      caption: { type: 'text', summary: 'Its caption.' },
      post_id: { type: 'integer', min: 1, summary: 'Id of the entry that it is attached to.' },
      featured: { type: 'boolean', summary: 'Makes it the picture of that entry.' },
    },
    examples: ['galley media import ~/Pictures/*.jpg', 'galley media import photo.jpg --post_id=12 --featured'],
    async run(context) {
      const { args, options, output, signal, site: target } = context;
      if (options.featured && options.post_id === undefined)
        throw new GalleyError('GALLEY_COMMAND_USAGE', '--featured needs --post_id: whose picture is it?');
      const viewer = viewerOf(context);
      const progress = output.progress(args.file.length, 'Files');
      let failed = 0;
      for (const given of args.file) {
        if (signal.aborted) break;
        try {
          const entry = await importOne(media, given, options, viewer);
          if (options.featured) await target.entries.save({ id: options.post_id, featuredId: entry.id }, { viewer });
          output.value(entry.id);
        } catch (error) {
          if (!isGalleyError(error) || error.code === 'GALLEY_COMMAND_USAGE') throw error;
          failed++;
          output.warn(`${given}: ${messageOf(error)}`);
        }
        progress.tick();
      }
      progress.stop();
      await media.settled();
      if (failed === 0) return signal.aborted ? 130 : 0;
      output.warn(`${failed} of ${args.file.length} files were not taken.`);
      return 1;
    },
  });

  site.commands.define('media regenerate', {
    summary: 'Makes the smaller copies of pictures anew, for instance for a theme with other sizes.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'Ids; all pictures unless given.', many: true, optional: true }],
    options: { 'only-missing': { type: 'boolean', summary: 'Leaves those alone that are there.' } },
    examples: ['galley media regenerate --only-missing', 'galley media regenerate 12 15'],
    async run(context) {
      const { args, options, output, signal, site: target } = context;
      const viewer = viewerOf(context);
      const given: readonly string[] = args.id ?? [];
      const chosen = given.map(idOf);
      const entries = await target.entries.getMany(chosen, viewer);
      const missing = chosen.find((id) => entries.get(id)?.type !== 'attachment');
      if (missing !== undefined) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no file ${missing}.`);
      const ids = chosen.length > 0 ? chosen : await pictureIds(target, viewer);
      const progress = output.progress(ids.length, 'Pictures');
      let [made, failed] = [0, 0];
      for (const id of ids) {
        if (signal.aborted) break;
        try {
          made += await media.regenerate(id, { onlyMissing: options['only-missing'] ?? false, signal });
        } catch (error) {
          if (!isGalleyError(error)) throw error;
          failed++;
          output.warn(`${id}: ${messageOf(error)}`);
        }
        progress.tick();
      }
      progress.stop();
      if (signal.aborted) {
        output.warn(`Stopped: made ${made} copies. Run it again with --only-missing to go on.`);
        return 130;
      }
      output.success(`Made ${made} copies of ${ids.length - failed} pictures.`);
      return failed > 0 ? 1 : 0;
    },
  });

  site.commands.define('media list', {
    summary: 'Lists the files of the library, the newest first.',
    asUser: true,
    options: {
      type: { type: 'text', summary: 'Only those whose type begins so: image, audio/mpeg.' },
      search: { type: 'text', summary: 'Words that the title must contain.' },
      limit: { type: 'integer', min: 1, max: 1000, default: 50, summary: 'At most so many.' },
    },
    async run(context) {
      const { options, output, site: target } = context;
      const links = await loadPermalinks(target);
      const { items } = await target.entries.find(
        {
          type: 'attachment',
          status: STATUSES,
          order: 'id',
          body: false,
          limit: options.limit,
          ...(options.type ? { mimeType: options.type } : {}),
          ...(options.search ? { title: options.search } : {}),
        },
        viewerOf(context),
      );
      const urls = await media.urlsOf(items.map(({ id }) => id));
      output.table(
        items.map((entry) => ({
          ID: entry.id,
          title: entry.title,
          type: entry.mimeType,
          size: typeof entry.fields['bytes'] === 'number' ? sizeLabel(entry.fields['bytes']) : '',
          url: urls.get(entry.id)?.url ?? '',
          copies: urls.get(entry.id)?.sizes.length ?? 0,
          page: links.entry(entry),
          parent: entry.parentId,
        })),
        { fields: ['ID', 'title', 'type', 'size', 'url'], id: 'ID' },
      );
    },
  });
}

async function pictureIds(site: Site, viewer: Viewer): Promise<number[]> {
  const ids: number[] = [];
  for await (const entry of allAttachments(site, viewer)) if (entry.mimeType.startsWith('image/')) ids.push(entry.id);
  return ids;
}
