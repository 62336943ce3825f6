import type { CommandDefinition } from '../services/commands.ts';

/** What a file of commands exports: commands by name, `config list`. */
export interface CommandFile {
  commands: Readonly<Record<string, CommandDefinition>>;
}

/** The kernel's own commands by their first word. A file is loaded when one of its commands is called. */
export interface CoreNoun {
  summary: string;
  load(): Promise<CommandFile>;
}

/** So `galley --help` and `galley config get` load no site. */
export const CORE_NOUNS: Readonly<Record<string, CoreNoun>> = {
  serve: { summary: 'Starts the server.', load: () => import('./commands/serve.ts') },
  dev: { summary: 'Starts the server and restarts it when a file changes.', load: () => import('./commands/dev.ts') },
  config: { summary: 'Shows and checks the settings.', load: () => import('./commands/config.ts') },
  doctor: { summary: 'Checks that everything the site needs is well.', load: () => import('./commands/doctor.ts') },
  migrate: { summary: 'Brings the store to the current schema.', load: () => import('./commands/migrate.ts') },
  option: { summary: 'Reads and changes options of the site.', load: () => import('./commands/option.ts') },
  cache: { summary: 'Empties the cache and shows how it does.', load: () => import('./commands/cache.ts') },
  cron: { summary: 'Lists and runs scheduled jobs.', load: () => import('./commands/cron.ts') },
  job: { summary: 'Lists, runs, cancels and repeats the jobs of the queue.', load: () => import('./commands/job.ts') },
  plugin: { summary: 'Installs, activates and removes plugins.', load: () => import('./commands/plugin.ts') },
  registry: { summary: 'Makes a registry of plugins out of a folder.', load: () => import('./commands/registry.ts') },
  theme: { summary: 'Lists, checks, makes and activates themes.', load: () => import('./commands/theme.ts') },
  i18n: {
    summary: 'Collects texts into catalogues and checks translations.',
    load: () => import('./commands/i18n.ts'),
  },
  hook: { summary: 'Lists and describes the hooks and who listens.', load: () => import('./commands/hook.ts') },
};
