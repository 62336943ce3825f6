import { GalleyError, type Site } from 'galley';
import { undoImport } from './undo.ts';
import type { UndoReport } from './undo-report.ts';

type Output = Parameters<Parameters<Site['commands']['define']>[1]['run']>[0]['output'];

const SHOWN_NOTES = 25;

/** A name for an import from the command line, by which it is taken back. */
export const newMark = (): string => `cli:${Date.now().toString(36)}`;

/** Says how an import is taken back, where it made something. */
export async function tellUndo(site: Site, mark: string, output: Output): Promise<void> {
  if (await site.services.use('importer').made.has(mark))
    output.info(`What came in new can be taken back: galley undo-import ${mark}`);
}

function print(output: Output, { rows, notes, dryRun }: UndoReport): void {
  for (const { kind, what, reason } of notes.slice(0, SHOWN_NOTES))
    output.warn(`${kind}: "${what}" ${dryRun ? 'would stay' : 'stays'}: ${reason}`);
  const left = rows.reduce((sum, row) => sum + row.left, 0);
  if (left > SHOWN_NOTES) output.warn(`${left - SHOWN_NOTES} more ${dryRun ? 'would stay' : 'stay'}.`);
  output.table(
    rows.map(({ kind, gone, left: stays }) => ({ what: kind, trash: gone, stays })),
    { fields: ['what', 'trash', 'stays'], id: 'what' },
  );
}

/** Adds `galley undo-import`. */
export function defineUndoCommand(site: Site): void {
  site.commands.define('undo-import', {
    summary: 'Moves what an import made to the trash: entries, files, menus, comments, terms and people.',
    asUser: true,
    description:
      'What somebody changed since, and what something uses that stays, stays, and is told with the reason. What would go is shown before; all of it can be brought back from the trash.',
    arguments: [
      {
        name: 'import',
        summary: 'The name that the import told in the end, or job:12 for one of the admin; without it, lists them.',
        optional: true,
      },
    ],
    options: {
      'dry-run': { type: 'boolean', summary: 'Moves nothing and tells what would go and what would stay.' },
    },
    examples: ['galley undo-import', 'galley undo-import job:12 --dry-run', 'galley undo-import cli:mhk2q7x1 --yes'],
    async run({ site: host, args, options, output, viewer, signal }) {
      const { made } = host.services.use('importer');
      const run = args.import;
      if (run === undefined) {
        output.table(await made.runs(), { fields: ['run', 'count'], id: 'run' });
        return 0;
      }
      if (!(await made.has(run)))
        throw new GalleyError('GALLEY_INPUT_INVALID', `Nothing is known of an import "${run.slice(0, 60)}".`);
      const trial = await undoImport(host, { run, viewer, dryRun: true, signal });
      if (options['dry-run']) {
        print(output, trial);
        output.success('Nothing was moved.');
        return 0;
      }
      const gone = trial.rows.reduce((sum, row) => sum + row.gone, 0);
      if (gone > 0) {
        const kinds = trial.rows.filter((row) => row.gone > 0).map((row) => `${row.gone} of ${row.kind}`);
        if (!(await output.confirm(`Move to the trash: ${kinds.join(', ')}?`))) return 1;
      }
      const report = gone > 0 ? await undoImport(host, { run, viewer, dryRun: false, signal }) : trial;
      print(output, report);
      output.success(`${report.rows.reduce((sum, row) => sum + row.gone, 0)} are in the trash.`);
      return 0;
    },
  });
}
