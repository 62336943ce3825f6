import type { BisectStep, Reply, ScreenContext } from 'galley';

const PATH = '/plugins/bisect';
const STEPS = ['start', 'good', 'bad', 'reset'] as const;

/** Where the search for a plugin that breaks the site stands, and what to answer next. */
export async function showBisect(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const step = await site.pluginBisect.status();
  const chosen = await site.pluginChoice.chosen();
  return page.view('dashboard/plugin-bisect', {
    breadcrumbs: [{ label: 'Plugins', url: '/admin/plugins' }],
    intro:
      'Half of the plugins that do not come with Galley are switched off at a time; you say whether the site is well, until one is left. Then all run as before.',
    step: step && {
      off: titlesOf(page, step.off),
      suspects: titlesOf(page, step.suspects),
      left: page.t('{count} answers to go at most', { count: step.left }, { one: 'One answer to go' }),
    },
    isPossible: chosen.some((name) => site.plugins.get(name)?.isFirstParty === false),
  });
}

/** Begins, goes on with an answer, or gives up. */
export async function answerBisect(page: ScreenContext): Promise<Reply> {
  const { pluginBisect } = page.site;
  const asked = STEPS.find((name) => name === page.value('step'));
  const ways = {
    start: () => pluginBisect.start(),
    good: () => pluginBisect.answer(true),
    bad: () => pluginBisect.answer(false),
    reset: () => pluginBisect.reset(),
  };
  const isRunning = (await pluginBisect.status()) !== undefined;
  // Somebody else has answered meanwhile, or begun.
  if (!asked || isRunning === (asked === 'start')) return page.redirect(PATH);
  const step = await ways[asked]();
  if (step.state === 'searching') return page.redirect(PATH);
  return page.redirect(step.culprit ? `/plugins/${step.culprit}` : PATH, {
    kind: step.state === 'reset' ? 'info' : 'success',
    text: wordsOf(page, step),
  });
}

function wordsOf(page: ScreenContext, { state, culprit = '' }: BisectStep): string {
  if (state === 'found')
    return page.t('It is {plugin}. All plugins run again as before: switch this one off here.', {
      plugin: titlesOf(page, [culprit]).join(),
    });
  if (state === 'none')
    return page.t('No plugin from elsewhere is to blame: the site is not well without them either. All run as before.');
  return page.t('The search is over. All plugins run as before.');
}

function titlesOf(page: ScreenContext, names: readonly string[]): string[] {
  return names.map((name) => page.t(page.site.plugins.get(name)?.title ?? name));
}
