import type { Booted, BootOptions } from '../boot.ts';
import { SYSTEM, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { CommandDefinition, CommandNeeds } from '../services/commands.ts';
import type { Config, ConfigOverrides, Variables } from '../services/config-types.ts';
import type { GlobalOptions } from './program.ts';

declare module '../services/commands.ts' {
  interface CommandContext<Args, Options> {
    /** Who acts: the user of `--user`, or the system, which may do everything. */
    viewer: Viewer;
    /** For the kernel's own commands: starts more of the site when they want it. */
    session: Session;
  }
}

/** Where the CLI runs. */
export interface Place {
  root: string;
  env: Variables;
}

type PluginOptions = Pick<BootOptions, 'plugins' | 'skipPlugins'>;

/** What the global options change of the settings. */
function globalOverrides({ debug, url }: GlobalOptions): ConfigOverrides {
  return {
    ...(debug ? { log: { level: 'debug' } } : {}),
    // A path names a page of the site, for the commands that look at one.
    ...(url === undefined || url.startsWith('/') ? {} : { http: { url } }),
  };
}

/** For a command besides: no job ticks in it, and it logs only what matters, in words. */
function commandOverrides(globals: GlobalOptions, env: Variables): ConfigOverrides {
  const log = {
    ...(env['GALLEY_LOG_LEVEL'] ? {} : { level: 'warn' as const }),
    ...(env['GALLEY_LOG_FORMAT'] ? {} : { format: 'pretty' as const }),
  };
  const given = globalOverrides(globals);
  return { ...given, log: { ...log, ...given.log }, cron: { enabled: false }, jobs: { enabled: false } };
}

function pluginOptions({ skipPlugins }: GlobalOptions): PluginOptions {
  return skipPlugins?.includes('*') ? { plugins: [] } : { skipPlugins: skipPlugins ?? [] };
}

/** Starts as much of the site as a command needs. */
export class Session {
  readonly place: Place;
  readonly #globals: GlobalOptions;
  #booted: { level: CommandNeeds; made: Booted } | undefined;

  constructor(place: Place, globals: GlobalOptions) {
    this.place = place;
    this.#globals = globals;
  }

  /** Whether results are wanted for people, in tables, and not for programs. */
  get isForPeople(): boolean {
    return (this.#globals.format ?? 'table') === 'table';
  }

  /** The page that `--url` names, or the home page. */
  get page(): string {
    return this.#globals.url ?? '/';
  }

  /** Whether any of the site runs. */
  get isStarted(): boolean {
    return this.#booted !== undefined;
  }

  /** The site at a level; started once, and anew where more is needed. */
  async site(level: 'services' | 'site'): Promise<Site> {
    if (this.#booted && (this.#booted.level === level || this.#booted.level === 'site')) return this.#booted.made.site;
    await this.stop();
    const { boot } = await import('../boot.ts');
    const overrides = commandOverrides(this.#globals, this.place.env);
    const made = await boot({ ...this.place, level, overrides, ...pluginOptions(this.#globals) });
    this.#booted = { level, made };
    return made.site;
  }

  /** The settings, validated. */
  async config(): Promise<Config> {
    if (this.#booted) return this.#booted.made.site.config;
    const { loadConfig } = await import('../services/config.ts');
    return loadConfig({ ...this.place, overrides: commandOverrides(this.#globals, this.place.env) });
  }

  /** How `galley serve` starts the site: with jobs, and with the log as the settings say. */
  serveOptions(): PluginOptions & { overrides: ConfigOverrides } {
    return { ...pluginOptions(this.#globals), overrides: globalOverrides(this.#globals) };
  }

  /** Who acts. @throws GALLEY_USER_UNKNOWN; GALLEY_COMMAND_USAGE for a command that would not act as that user */
  async viewer({ asUser = false }: Pick<CommandDefinition, 'asUser'>): Promise<Viewer> {
    const { user } = this.#globals;
    if (user === undefined) return SYSTEM;
    if (!asUser)
      throw new GalleyError(
        'GALLEY_COMMAND_USAGE',
        'This command acts as the system, whoever runs it: leave out --user.',
      );
    const site = await this.site('site');
    const found = /^\d+$/.test(user) ? await site.users.find(Number(user)) : await site.users.findByLogin(user);
    if (!found) throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user "${user}".`);
    return site.roles.viewerFor(found);
  }

  async stop(): Promise<void> {
    const booted = this.#booted;
    this.#booted = undefined;
    await booted?.made.stop();
  }
}
