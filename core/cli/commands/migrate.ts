import { relative } from 'node:path';
import { defineCommand } from '../../services/commands.ts';
import { allMigrations } from '../all-migrations.ts';

const owner = { type: 'text', summary: 'Only migrations of core, or of this plugin.' } as const;
const iso = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());

export const commands = {
  'migrate up': defineCommand({
    summary: 'Runs all migrations that have not run yet.',
    description: 'The server does so at each start. One process at a time does it; others wait.',
    options: { owner },
    examples: ['galley migrate up', 'galley migrate up --owner=core'],
    needs: 'services',
    async run({ site, options, output }) {
      const migrations = await allMigrations(site);
      const ran = await migrations.up(options.owner === undefined ? {} : { owner: options.owner });
      if (ran.length > 0)
        output.table(
          ran.map(({ owner, name }) => ({ owner, name })),
          { id: 'name' },
        );
      output.success(ran.length === 0 ? 'The store is up to date.' : `${ran.length} migrations were run.`);
    },
  }),

  'migrate down': defineCommand({
    summary: 'Takes the latest migrations back. Data of dropped tables and columns is lost.',
    options: { owner, steps: { type: 'integer', min: 1, max: 1000, default: 1, summary: 'How many.' } },
    examples: ['galley migrate down', 'galley migrate down --steps=3 --owner=shop --yes'],
    needs: 'services',
    async run({ site, options, output }) {
      const { steps, owner } = options;
      const migrations = await allMigrations(site);
      const history = (await migrations.history()).filter((item) => owner === undefined || item.owner === owner);
      const next = history.slice(0, steps).map((item) => `${item.owner}/${item.name}`);
      if (next.length === 0) return output.success('There is nothing to take back.');
      if (!(await output.confirm(`Take back ${next.join(', ')}, with the data in it?`))) return 1;
      const undone = await migrations.down({ steps, ...(owner === undefined ? {} : { owner }) });
      output.table(
        undone.map(({ owner, name }) => ({ owner, name })),
        { id: 'name' },
      );
      output.success(`${undone.length} migrations were taken back.`);
    },
  }),

  'migrate status': defineCommand({
    summary: 'Lists all migrations and whether each has run.',
    options: { pending: { type: 'boolean', summary: 'Only those that have not run; ends with 1 when there are any.' } },
    needs: 'services',
    async run({ site, options, output }) {
      const all = await (await allMigrations(site)).status();
      const shown = all.filter(({ state }) => !options.pending || state === 'pending');
      const rows = shown.map((item) => ({ ...item, applied_at: iso(item.appliedAt) }));
      output.table(rows, { fields: ['owner', 'name', 'state', 'batch', 'applied_at'], id: 'name' });
      return options.pending && shown.length > 0 ? 1 : 0;
    },
  }),

  'migrate history': defineCommand({
    summary: 'Lists what has run, newest first. What was cut off has no time: it runs again, or is taken back.',
    needs: 'services',
    async run({ site, output }) {
      const rows = (await site.migrations.history()).map((item) => ({ ...item, applied_at: iso(item.appliedAt) }));
      output.table(rows, { fields: ['applied_at', 'batch', 'owner', 'name'], id: 'name' });
    },
  }),

  'migrate make': defineCommand({
    summary: 'Writes a new migration file.',
    arguments: [{ name: 'name', summary: 'What it does, such as add-price.' }],
    options: { owner: { type: 'text', default: 'core', summary: 'The plugin that it belongs to.' } },
    examples: ['galley migrate make add-price --owner=shop'],
    needs: 'services',
    async run({ site, args, options, output }) {
      const migrations = await allMigrations(site);
      output.value(relative(site.root, await migrations.make(args.name, options.owner)));
    },
  }),
};
