import { defineCommand } from '../../services/commands.ts';
import type { BisectStep } from '../../services/plugin-bisect.ts';
import { examinePlugins } from './plugin-doctor.ts';
import { find } from './plugin-report.ts';

const round = (ms: number): number => Number(ms.toFixed(1));

/** What a step of the search means, in words. */
function sentence({ state, culprit, suspects, off, left }: BisectStep): string {
  if (state === 'none') return 'No plugin from elsewhere is to blame: the site is bad without them too.';
  if (state === 'reset') return 'The search is over. All plugins that were active are so again.';
  if (state === 'found')
    return `It is "${culprit}". All plugins that were active are so again; switch it off with: galley plugin deactivate ${culprit}`;
  return `Off now: ${off.join(', ')}. ${suspects.length} may be to blame; ${left} answers to go at most. Look at the site in a few seconds, then: galley plugin bisect good|bad`;
}

/** Commands that show what plugins cost, and what is wrong with them. */
export const watchCommands = {
  'plugin profile': defineCommand({
    summary: 'Makes a page and shows what each plugin cost: time, statements, cache, requests to the outside.',
    description:
      'The page is made as a visitor gets it, past the page cache; once before, so that what only the first page costs is left out. Ends with 1 where the page fails.',
    options: { top: { type: 'integer', summary: 'Only so many, the dearest first.', default: 20, min: 1, max: 1000 } },
    examples: ['galley plugin profile', 'galley plugin profile --url=/about/ --top=5 --format=json'],
    async run({ site, options, session, output }) {
      await site.http.ask(session.page);
      const { status, profile } = await site.http.profile(session.page);
      const rows = profile.owners().map(({ owner, ms, queryMs, fetchMs, ...counts }) => ({
        plugin: owner,
        ms: round(ms),
        ...counts,
        queryMs: round(queryMs),
        fetchMs: round(fetchMs),
      }));
      const fields = ['plugin', 'ms', 'calls', 'queries', 'queryMs', 'cacheCalls', 'cacheMisses', 'fetches', 'fetchMs'];
      output.table(rows.slice(0, options.top), { fields, id: 'plugin' });
      output.info(`${session.page} answered ${status} after ${round(profile.ms)} ms.`);
      return status < 500 ? 0 : 1;
    },
  }),

  'plugin bisect': defineCommand({
    summary: 'Finds the plugin that breaks the site, by switching half of them off again and again.',
    description:
      'Only plugins that do not come with Galley are switched. Where it stands is kept in the store; at the end, and on reset, all that were active are so again.',
    arguments: [
      {
        name: 'step',
        summary: 'Begin; the site is well now; it is not; give up.',
        choices: ['start', 'good', 'bad', 'reset'],
      },
    ],
    examples: ['galley plugin bisect start', 'galley plugin bisect bad', 'galley plugin bisect reset'],
    needs: 'services',
    async run({ site, args, session, output }) {
      await find(site);
      const bisect = site.pluginBisect;
      const steps: Record<string, () => Promise<BisectStep>> = {
        start: () => bisect.start(),
        good: () => bisect.answer(true),
        bad: () => bisect.answer(false),
        reset: () => bisect.reset(),
      };
      const step = await steps[args.step]?.();
      if (!step) return 2;
      if (session.isForPeople) output.success(sentence(step));
      else output.value({ culprit: null, ...step });
      return 0;
    },
  }),

  'plugin doctor': defineCommand({
    summary: 'Says what is wrong with each plugin.',
    description:
      'Plugins that failed to load or were switched off, requirements that are missing, hooks that they are left out of, slow listeners on the page, and files that are not as plugins.lock.json says. Ends with 1 where there is a problem.',
    examples: ['galley plugin doctor', 'galley plugin doctor --url=/about/ --format=json'],
    async run({ site, session, output }) {
      const findings = await examinePlugins(site, session.page);
      const problems = findings.filter(({ status }) => status === 'problem').length;
      output.table(findings, { fields: ['status', 'plugin', 'check', 'message'], id: 'plugin' });
      if (findings.length === 0) output.success('Every plugin is well.');
      return problems === 0 ? 0 : 1;
    },
  }),
};
