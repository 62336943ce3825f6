import type { Site } from '../../kernel/site.ts';
import { messageOf } from '../../lib/errors.ts';
import { renewObjections } from '../../services/packages/revocations.ts';
import { differenceOf, differenceWords } from '../../services/packages/verify.ts';
import { breakerText } from './plugin-report.ts';

/** Something that is wrong with a plugin. */
export interface PluginFinding {
  status: 'problem' | 'warning';
  plugin: string;
  /** `load`, `requirement`, `switched off`, `breaker`, `fault`, `slow`, `files`, `revoked`. */
  check: string;
  message: string;
}

/** A listener that takes this long, in milliseconds, holds up every page that it is asked for. */
const SLOW_MS = 50;

const problem = (plugin: string, check: string, message: string): PluginFinding => ({
  status: 'problem',
  plugin,
  check,
  message,
});

function examineSetUp(site: Site): PluginFinding[] {
  return site.plugins.list().flatMap(({ name, state, reason = 'it failed', faults }) => {
    if (state === 'failed') return [problem(name, reason.startsWith('it requires') ? 'requirement' : 'load', reason)];
    return faults.map(({ where, message }): PluginFinding => {
      return { status: 'warning', plugin: name, check: 'fault', message: `${where}: ${message}` };
    });
  });
}

/** Those that are to run and are not installed, and those that the site switched off by itself. */
async function examineChoice(site: Site): Promise<PluginFinding[]> {
  const missing = (await site.pluginChoice.active()).filter((name) => !site.plugins.get(name));
  const failures = await site.pluginChoice.failures();
  return [
    ...missing.map((name) => problem(name, 'load', 'It is active and not installed.')),
    ...failures.map(({ name, reason }) => problem(name, 'switched off', `The site switched it off. ${reason}`)),
  ];
}

/** What the page costs, made once before so that what only the first page costs is left out. */
async function examinePage(site: Site, page: string): Promise<PluginFinding[]> {
  await site.http.ask(page);
  const { profile } = await site.http.profile(page);
  return profile.calls
    .filter(({ ms, owner, priority, hook }) => ms >= SLOW_MS && owner !== 'core' && priority !== 0 && hook !== 'route')
    .map(({ hook, owner, ms }): PluginFinding => {
      return { status: 'warning', plugin: owner, check: 'slow', message: `${hook}: ${Math.round(ms)} ms on ${page}` };
    });
}

async function examineFiles(site: Site): Promise<PluginFinding[]> {
  const findings: PluginFinding[] = [];
  for (const [name, locked] of Object.entries(await site.pluginChanges.lock.read())) {
    if (!site.plugins.get(name)) continue;
    const difference = await differenceOf(site, name);
    if (!difference) continue;
    findings.push(problem(name, 'files', `Not as plugins.lock.json says. ${differenceWords(difference, locked)}`));
  }
  return findings;
}

/** What the registry says against them; a registry that does not answer is told as well. */
async function examineRevocations(site: Site): Promise<PluginFinding[]> {
  return (await renewObjections(site)).map(({ name, isRevoked, text }): PluginFinding => {
    return { status: isRevoked ? 'problem' : 'warning', plugin: name, check: 'revoked', message: text };
  });
}

/** Everything that is wrong with the plugins of a site, by plugin. A part that cannot be looked at is told too. */
export async function examinePlugins(site: Site, page: string): Promise<PluginFinding[]> {
  const examine = async (check: string, part: () => Promise<PluginFinding[]>): Promise<PluginFinding[]> =>
    part().catch((error: unknown) => [problem('', check, messageOf(error))]);
  const breakers = async (): Promise<PluginFinding[]> =>
    (await site.breakers.list()).map((breaker) => problem(breaker.plugin, 'breaker', breakerText(breaker)));
  const findings = [
    ...(await examine('switched off', () => examineChoice(site))),
    ...(await examine('breaker', breakers)),
    ...(await examine('revoked', () => examineRevocations(site))),
    ...(await examine('slow', () => examinePage(site, page))),
    ...(await examine('files', () => examineFiles(site))),
    // Last: what the page made them do wrong is among it.
    ...examineSetUp(site),
  ];
  return findings.sort((a, b) => (a.plugin === b.plugin ? 0 : a.plugin < b.plugin ? -1 : 1));
}
