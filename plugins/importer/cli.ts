import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GalleyError, type Site, STATUSES, slugify, type Viewer } from 'galley';
import type { ExportOptions } from './exporter.ts';
import type { ImportOptions, ImportPhase } from './import-options.ts';
import type { ImportReport } from './import-report.ts';
import { importRows } from './sheet-cli.ts';
import { isSheet } from './sheet-reader.ts';
import { defineUndoCommand, newMark, tellUndo } from './undo-cli.ts';

type Output = Parameters<Parameters<Site['commands']['define']>[1]['run']>[0]['output'];

const SHOWN_NOTES = 25;
const LABELS: Record<ImportPhase, string> = { items: 'Items', files: 'Files', links: 'Links' };
const KINDS_LABEL = { imported: 'in', existing: 'there already', skipped: 'skipped', failed: 'failed' } as const;

/** `--authors=create`, `--authors=skip` or `--authors=old=new,…`. @throws GALLEY_COMMAND_USAGE */
export function readAuthors(values: readonly string[]): NonNullable<ImportOptions['authors']> {
  const [first = 'create'] = values;
  if (values.length <= 1 && (first === 'create' || first === 'skip')) return first;
  const pairs = values.map((value) => /^(?:map:)?([^=]+)=([^=]+)$/.exec(value.trim())?.slice(1) ?? []);
  if (pairs.some((pair) => pair.length !== 2))
    throw new GalleyError(
      'GALLEY_COMMAND_USAGE',
      `--authors is "create", "skip" or a list of old=new, not "${values.join(',')}".`,
    );
  return Object.fromEntries(pairs.map(([from = '', to = '']) => [from.trim(), to.trim()]));
}

function printReport(output: Output, report: ImportReport): void {
  for (const note of report.notes.slice(0, SHOWN_NOTES))
    output.warn(`${note.where}: ${note.kind} "${note.what}" ${note.outcome}: ${note.reason}.`);
  const shown = Math.min(report.notes.length, SHOWN_NOTES);
  const told = report.reasons.reduce((sum, { count }) => sum + count, 0);
  if (told > shown) for (const { reason, count } of report.reasons) output.warn(`${count} times: ${reason}.`);
  output.table(
    report.rows.map((row) => ({ ...row, in: row.imported, there: row.existing })),
    { fields: ['kind', 'in', 'there', 'skipped', 'failed'], id: 'kind' },
  );
}

function conclude(output: Output, report: ImportReport): number {
  const sums = (['imported', 'existing', 'skipped', 'failed'] as const)
    .map((outcome) => `${report.total(outcome)} ${KINDS_LABEL[outcome]}`)
    .join(', ');
  if (report.isStopped) {
    output.warn(`Stopped: ${sums}. Run the same command again to go on.`);
    return 130;
  }
  if (report.isDry) output.success(`Nothing was stored. It would be: ${sums}.`);
  else if (report.total('failed') > 0) output.warn(`${sums}. Run the same command again to try what failed once more.`);
  else output.success(`${sums}.`);
  return report.total('failed') > 0 ? 1 : 0;
}

async function importFile(
  site: Site,
  file: string,
  options: ImportOptions,
  context: { viewer: Viewer; output: Output; signal: AbortSignal },
): Promise<number> {
  const { viewer, output, signal } = context;
  let bar: ReturnType<Output['progress']> | undefined;
  let shown: ImportPhase | undefined;
  const progress = (_: number, total: number, phase: ImportPhase): void => {
    if (shown !== phase) bar?.stop();
    if (shown !== phase || !bar) bar = output.progress(total, LABELS[phase]);
    shown = phase;
    bar.tick();
  };
  try {
    const mark = newMark();
    const report = await site.services.use('importer').run(file, options, { viewer, progress, signal, mark });
    bar?.stop();
    bar = undefined;
    printReport(output, report);
    const code = conclude(output, report);
    await tellUndo(site, mark, output);
    return code;
  } finally {
    bar?.stop();
  }
}

/** Writes to a file beside and renames it in the end, so that there is never half an export. */
async function exportFile(site: Site, path: string, options: ExportOptions): Promise<void> {
  const source = Readable.from(site.services.use('importer').export(options));
  if (path === '-') return pipeline(source, process.stdout, { end: false });
  const part = `${path}.part`;
  try {
    await pipeline(source, createWriteStream(part, { mode: 0o600 }));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function statusesOf(values: readonly string[] | undefined): ExportOptions['statuses'] {
  if (!values) return undefined;
  const unknown = values.find((value) => !STATUSES.some((status) => status === value));
  if (unknown !== undefined)
    throw new GalleyError('GALLEY_COMMAND_USAGE', `There is no status "${unknown}". Use ${STATUSES.join(', ')}.`);
  return STATUSES.filter((status) => values.includes(status));
}

/** Adds `galley import`, `galley undo-import` and `galley export`. */
export function defineCommands(site: Site): void {
  defineUndoCommand(site);
  site.commands.define('import', {
    summary: 'Brings in a site exported from WordPress or Galley (WXR), or rows of Excel, CSV, JSON or XML.',
    asUser: true,
    description:
      'Reads the file to its end before anything is stored. Run it as often as you like: nothing comes in twice, and what failed or was interrupted is tried again.',
    arguments: [{ name: 'file', summary: 'The export.' }],
    options: {
      authors: {
        type: 'list',
        default: ['create'],
        summary: 'create: users with the same logins, made where absent; skip: nobody; old=new,…: users of this site.',
      },
      author: { type: 'text', summary: 'Login of the one user who gets everything.' },
      media: { type: 'text', summary: 'Folder with the files, laid out as wp-content/uploads is.' },
      fetch: { type: 'boolean', summary: 'Fetches files that are not in the folder from the old site.' },
      'allow-host': { type: 'list', summary: 'Hosts that files may be fetched from, besides the old site’s own.' },
      type: {
        type: 'text',
        summary: 'For CSV, JSON and XML of rows: what they become, such as post, category or users.',
      },
      map: {
        type: 'list',
        summary: 'For rows: Heading=field,… where the guess is wrong; Heading= leaves it out.',
      },
      key: { type: 'text', summary: 'For rows: the heading that tells rows apart.' },
      change: {
        type: 'list',
        summary:
          'For rows: Heading=trim, =lower, =upper, =date:DD.MM.YYYY, =split:|, =empty:TEXT or =replace:/old/new,… done before they are read.',
      },
      'dry-run': { type: 'boolean', summary: 'Stores nothing and tells what would happen.' },
      'max-bytes': { type: 'integer', min: 1, summary: 'Bytes that the file may have; 1.5 GiB unless given.' },
      source: { type: 'text', summary: 'A name for the old site, to keep apart sites that had the same address.' },
    },
    examples: [
      'galley import export.xml --dry-run',
      'galley import export.xml --media=uploads/',
      'galley import posts.csv --type=post --map=Headline=title --key=Number --dry-run',
      'galley import posts.csv --type=post --change=Day=date:DD.MM.YYYY,Tags=split:/,Status=empty:draft',
      'galley import export.xml --authors=admin=ada,editor=grace --fetch --allow-host=cdn.example.org',
    ],
    async run({ site: host, args, options, output, viewer, signal }) {
      const { author, media, fetch, source } = options;
      // XML is rows where it is said what they become, else a whole site.
      const isRows = isSheet(args.file) || options.type !== undefined;
      if (isRows) return importRows(host, resolve(args.file), options, { viewer, output, signal });
      const wanted: ImportOptions = {
        authors: readAuthors(options.authors),
        dryRun: options['dry-run'] ?? false,
        fetch: fetch ?? false,
        hosts: options['allow-host'] ?? [],
        ...(author === undefined ? {} : { author }),
        ...(media === undefined ? {} : { media: resolve(media) }),
        ...(source === undefined ? {} : { source }),
        ...(options['max-bytes'] === undefined ? {} : { maxBytes: options['max-bytes'] }),
      };
      return importFile(host, resolve(args.file), wanted, { viewer, output, signal });
    },
  });
  site.commands.define('export', {
    summary: 'Writes the site, or a part of it, as WordPress eXtended RSS (WXR).',
    asUser: true,
    description: 'The file comes back with "galley import", and WordPress reads it under Tools, Import.',
    options: {
      output: {
        type: 'text',
        summary: 'File to write; "-" is standard output. Named after site and day unless given.',
      },
      type: { type: 'list', summary: 'Only entries of these types.' },
      status: { type: 'list', summary: 'Only entries in these states.' },
      author: { type: 'text', summary: 'Only what the user with this login wrote.' },
      since: { type: 'text', summary: 'Only what was published since this day, 2026-01-31.' },
    },
    examples: ['galley export', 'galley export --output=posts.xml --type=post --status=publish --since=2026-01-01'],
    async run({ site: host, options, output, viewer, signal }) {
      const author = options.author === undefined ? undefined : await host.users.findByLogin(options.author);
      if (options.author !== undefined && !author)
        throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user "${options.author}".`);
      const since = options.since === undefined ? undefined : Date.parse(options.since);
      if (Number.isNaN(since)) throw new GalleyError('GALLEY_COMMAND_USAGE', `"${options.since}" is no day.`);
      for (const type of options.type ?? []) host.types.need(type);
      const statuses = statusesOf(options.status);
      if (options.output === '')
        throw new GalleyError('GALLEY_COMMAND_USAGE', 'Say which file to write: --output=site.xml, or --output=-.');
      const name = `${slugify(await host.options.get<string>('title')) || 'site'}.${new Date().toISOString().slice(0, 10)}.xml`;
      const path = options.output === '-' ? '-' : resolve(options.output ?? name);
      const bar = output.progress(0, 'Entries');
      let total = 0;
      try {
        await exportFile(host, path, {
          viewer,
          signal,
          progress: (done) => {
            total = done;
            bar.tick();
          },
          ...(options.type ? { types: options.type } : {}),
          ...(statuses ? { statuses } : {}),
          ...(author ? { author: author.id } : {}),
          ...(since === undefined ? {} : { since }),
        });
      } finally {
        bar.stop();
      }
      output.success(`${total} entries were written${path === '-' ? '' : ` to ${basename(path)}`}.`);
    },
  });
}
