import { basename } from 'node:path';
import { GalleyError, type Site, type Viewer } from 'galley';
import { readChanges } from './sheet-changes.ts';
import { runSheet, sheetContext } from './sheet-import.ts';
import { guessKey, guessMap, readMap } from './sheet-map.ts';
import { headingsOf } from './sheet-reader.ts';
import { needTarget } from './sheet-target.ts';
import { newMark, tellUndo } from './undo-cli.ts';

type Output = Parameters<Parameters<Site['commands']['define']>[1]['run']>[0]['output'];

/** What the command line says about a file of rows. */
export interface RowOptions {
  type?: string | undefined;
  map?: readonly string[] | undefined;
  key?: string | undefined;
  change?: readonly string[] | undefined;
  'dry-run'?: boolean | undefined;
}

const SHOWN_NOTES = 25;

/** `galley import FILE.csv --type=post`. @returns the exit code */
export async function importRows(
  site: Site,
  path: string,
  options: RowOptions,
  { viewer, output, signal }: { viewer: Viewer; output: Output; signal: AbortSignal },
): Promise<number> {
  if (!options.type)
    throw new GalleyError(
      'GALLEY_COMMAND_USAGE',
      'Say what the rows become: --type=post, --type=category, --type=users.',
    );
  const target = needTarget(site, viewer, options.type);
  const context = await sheetContext(site, viewer);
  const headings = await headingsOf(path).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    throw new GalleyError('GALLEY_FILE_UNKNOWN', `${path} cannot be read.`, { cause: error });
  });
  const map = readMap(options.map ?? [], guessMap(headings, target, context), target);
  if (options.key !== undefined && !headings.includes(options.key))
    throw new GalleyError(
      'GALLEY_COMMAND_USAGE',
      `There is no column "${options.key}". There are: ${headings.join(', ')}.`,
    );
  const key = options.key ?? guessKey(map, target);
  for (const heading of headings) if (!map[heading]) output.warn(`The column "${heading}" is left out.`);
  const bar = output.progress(0, 'Rows');
  const dryRun = options['dry-run'] ?? false;
  const plan = { map, key, changes: readChanges(options.change ?? [], headings) };
  try {
    const mark = newMark();
    const run = { path, filename: basename(path), plan, dryRun, signal, mark, told: () => bar.tick() };
    const { counts, notes, isStopped } = await runSheet(target, context, run);
    bar.stop();
    for (const { line, what, reason } of notes.slice(0, SHOWN_NOTES))
      output.warn(`Line ${line}${what ? `, "${what}"` : ''}: ${reason}`);
    await tellUndo(site, mark, output);
    const sums = `${counts.new} new, ${counts.changed} changed, ${counts.same} as they were, ${counts.left} left out`;
    if (isStopped) {
      output.warn(`Stopped: ${sums}. Run the same command again to go on.`);
      return 130;
    }
    if (dryRun) output.success(`Nothing was stored. It would be: ${sums}.`);
    else if (counts.left > 0) output.warn(`${sums}.`);
    else output.success(`${sums}.`);
    return counts.left > 0 ? 1 : 0;
  } finally {
    bar.stop();
  }
}
