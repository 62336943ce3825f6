import { ROLES } from '../../process/role.ts';
import { defineCommand } from '../../services/commands.ts';
import { writeKnownCommands } from '../known-commands.ts';

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export const commands = {
  serve: defineCommand({
    summary: 'Starts the server.',
    description:
      'Prints the addresses, and on a new site the one-time set-up link. Ctrl-C or SIGTERM stops it in order; SIGHUP and SIGUSR2 put new processes in place of the old ones, with the settings and plugins as they are then.',
    options: {
      port: { type: 'integer', min: 0, max: 65_535, summary: 'Port to listen on, instead of PORT.' },
      host: { type: 'text', summary: 'Address to listen on, instead of HOST.' },
      workers: {
        type: 'integer',
        min: 0,
        max: 128,
        summary: 'Processes that serve pages, under a supervisor, instead of GALLEY_WORKERS; 0 is one without.',
      },
      role: {
        type: 'text',
        choices: ROLES,
        summary: 'What the processes do, instead of GALLEY_ROLE: pages, jobs and cron, or both.',
      },
    },
    examples: [
      'galley serve',
      'galley serve --port=9000',
      'galley serve --workers=4',
      'galley serve --role=worker',
      'GALLEY_SAFE_MODE=1 galley serve',
    ],
    needs: 'none',
    async run({ options, output, signal, session }) {
      const { serve } = await import('../../process/serve.ts');
      const { port, host, workers, role } = options;
      const given = session.serveOptions();
      const overrides = {
        ...given.overrides,
        http: { ...given.overrides.http, ...defined({ port, host }) },
        process: defined({ workers, role: ROLES.find((name) => name === role) }),
      };
      return serve({
        boot: { ...session.place, ...given, overrides },
        args: process.argv.slice(2),
        signal,
        // From the start of the process, which is what people wait for.
        since: performance.now() - process.uptime() * 1000,
        show: (text) => output.value(text),
        tell: (text) => output.info(text),
        onSite: (site) => writeKnownCommands(site, site.commands.list()),
      });
    },
  }),
};
