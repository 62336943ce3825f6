import { basename } from 'node:path';
import { GalleyError, type Site } from 'galley';
import { idOf, viewerOf } from './command-input.ts';
import type { Library } from './library.ts';

/** `galley media usage | replace`. */
export function addMoreCommands(site: Site, { usage, edits, media, items }: Library): void {
  site.commands.define('media usage', {
    summary: 'Shows where files are used, or finds it out anew.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'Ids of files.', many: true, optional: true }],
    options: { rebuild: { type: 'boolean', summary: 'Reads all entries and settings again.' } },
    examples: ['galley media usage 12', 'galley media usage --rebuild'],
    async run(context) {
      const { args, options, output, signal } = context;
      const ids = (args.id ?? []).map(idOf);
      if (ids.length === 0 && !options.rebuild)
        throw new GalleyError('GALLEY_COMMAND_USAGE', 'Say which files, or --rebuild.');
      if (options.rebuild) output.success(`Read ${await usage.rebuild(signal)} entries and settings.`);
      const rows: Record<string, string | number>[] = [];
      for (const id of ids) {
        const viewer = viewerOf(context);
        await items.need(id, viewer);
        const found = await usage.of(id, viewer);
        for (const { source, place, label } of found.usage) rows.push({ file: id, source, place, title: label });
        if (found.hiddenUses > 0) output.warn(`${id}: ${found.hiddenUses} more that this user may not see.`);
      }
      if (ids.length > 0) output.table(rows, { fields: ['file', 'source', 'place', 'title'], id: 'source' });
      return signal.aborted ? 130 : 0;
    },
  });

  site.commands.define('media replace', {
    summary: 'Puts another file at the address of one. Texts that show it show the new one.',
    asUser: true,
    arguments: [
      { name: 'id', summary: 'Id of the file.' },
      { name: 'file', summary: 'The new file.' },
    ],
    options: { 'any-type': { type: 'boolean', summary: 'Also a file of another type; the address keeps its ending.' } },
    examples: ['galley media replace 12 prices-2027.pdf'],
    async run(context) {
      const { args, options, output } = context;
      const id = idOf(args.id);
      const file = { path: args.file, name: basename(args.file) };
      await edits.replace(id, file, { viewer: viewerOf(context), anyType: options['any-type'] ?? false });
      await media.settled();
      output.success(`The file ${id} is replaced.`);
      return 0;
    },
  });
}
