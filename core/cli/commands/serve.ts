import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { type Booted, boot } from '../../boot.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { type CommandOutput, defineCommand } from '../../services/commands.ts';
import { writeKnownCommands } from '../known-commands.ts';

async function listen(site: Site): Promise<string> {
  const { host, port } = site.config.http;
  try {
    return await site.http.listen();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new GalleyError(
        'GALLEY_CONFIG_INVALID',
        `Port ${port} of ${host} is taken. Set PORT to another, or stop what uses it.`,
      );
    }
    if (code === 'EACCES')
      throw new GalleyError('GALLEY_CONFIG_INVALID', `Port ${port} needs more rights. Set PORT to one above 1023.`);
    throw error;
  }
}

/** Where people reach a server that listens on `address`: never `0.0.0.0`. */
function reachable(site: Site, address: string): string {
  const url = site.config.http.url || address.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]');
  return url.replace(/\/$/, '');
}

/** The set-up link, or what was made instead of it. */
async function setUp(site: Site, base: string): Promise<string[]> {
  const outcome = await site.setup.begin();
  if (outcome.state === 'created') return [`  User    ${outcome.login}, with the password of GALLEY_ADMIN_PASSWORD`];
  if (outcome.state === 'ready') return [];
  const hours = site.config.security.setupLinkHours;
  return [
    `  Set-up  ${base}${outcome.link.path}`,
    `          Choose name and password there, once, within ${hours} hours.`,
  ];
}

async function announce(site: Site, address: string, since: number, output: CommandOutput): Promise<void> {
  const base = reachable(site, address);
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  const lines = [
    `Galley is ready after ${seconds} s (${site.config.environment.name}).`,
    '',
    `  Site    ${base}/`,
    `  Admin   ${base}/admin`,
    ...(await setUp(site, base)),
  ];
  output.value(lines.join('\n'));
}

/** A promise that nobody awaited must not end the process for all visitors; anything worse ends it in order. */
function guard(site: Site, fail: (error: unknown) => void): () => void {
  const onRejection = (error: unknown): void =>
    site.log.error({ err: error }, 'A promise was rejected and nobody awaited it');
  const onException = (error: unknown): void => {
    site.log.fatal({ err: error }, 'An error was thrown where nobody could catch it');
    fail(error);
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return () => process.off('unhandledRejection', onRejection).off('uncaughtException', onException);
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function serve(
  booted: Booted,
  since: number,
  { output, signal }: { output: CommandOutput; signal: AbortSignal },
) {
  const { site } = booted;
  const failure = Promise.withResolvers<number>();
  const release = guard(site, () => failure.resolve(1));
  try {
    await announce(site, await listen(site), since, output);
    // bin/galley keeps the heap small while the process starts; pages are made faster without.
    setFlagsFromString('--no-optimize-for-size');
    await writeKnownCommands(site, site.commands.list());
    const code = await Promise.race([untilStopped(signal).then(() => 0), failure.promise]);
    output.info('Stopping: requests in flight are finished.');
    return code;
  } finally {
    await booted.stop();
    release();
  }
}

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export const commands = {
  serve: defineCommand({
    summary: 'Starts the server.',
    description: 'Prints the addresses, and on a new site the one-time set-up link. Ctrl-C stops it in order.',
    options: {
      port: { type: 'integer', min: 0, max: 65_535, summary: 'Port to listen on, instead of PORT.' },
      host: { type: 'text', summary: 'Address to listen on, instead of HOST.' },
    },
    examples: ['galley serve', 'galley serve --port=9000', 'GALLEY_SAFE_MODE=1 galley serve'],
    needs: 'none',
    async run({ options, output, signal, session }) {
      // From the start of the process, which is what people wait for.
      const since = performance.now() - process.uptime() * 1000;
      const given = session.serveOptions();
      const http = { ...given.overrides.http, ...defined(options) };
      const booted = await boot({ ...session.place, ...given, overrides: { ...given.overrides, http } });
      return serve(booted, since, { output, signal });
    },
  }),
};
