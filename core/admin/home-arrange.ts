import type { Reply } from '../http/reply.ts';
import { arrangePanels, HOME_PREFERENCE, type HomeLayout, readLayout } from './home-layout.ts';
import type { ScreenContext } from './screen-context.ts';
import type { DashboardWidget } from './widgets.ts';

/** The panels that this person may see, in his own order. */
export async function ownPanels(page: ScreenContext): Promise<{ panels: DashboardWidget[]; layout: HomeLayout }> {
  const { site, viewer, messages } = page;
  const [widgets, kept] = await Promise.all([
    site.hooks.collect('admin:dashboard', { site, viewer, messages, path: '/admin' }),
    page.preference(HOME_PREFERENCE),
  ]);
  const layout = readLayout(kept);
  return { panels: arrangePanels(widgets, layout), layout };
}

/** The panels as a list to be put in order; all of it works as a form. */
export async function showHomeArrangement(page: ScreenContext): Promise<Reply> {
  const { panels, layout } = await ownPanels(page);
  const hidden = new Set(layout.hidden);
  return page.view('home-arrange', {
    breadcrumbs: [{ label: 'Dashboard', url: '/admin' }],
    intro: 'Which panels you see, where, and how wide. Only you see it that way.',
    caption: page.t('Panels'),
    panels: panels.map(({ id, title, wide }, index) => ({
      id,
      label: page.t(title),
      position: index + 1,
      isShown: !hidden.has(id),
      isWide: wide === true,
    })),
    isOwn: layout.order.length > 0,
  });
}

/** Keeps the order, what is shown and how wide it is; or forgets all of it. */
export async function saveHomeArrangement(page: ScreenContext): Promise<Reply> {
  if (page.value('press') === 'reset') {
    await page.savePreference(HOME_PREFERENCE, null);
    return page.redirect('/', { kind: 'success', text: page.t('The dashboard is as it was made.') });
  }
  const { panels } = await ownPanels(page);
  const position = ({ id }: DashboardWidget, index: number): number =>
    Number(page.value(`panel.${id}.position`)) || index + 1;
  const order = panels
    .map((panel, index) => ({ id: panel.id, at: position(panel, index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id);
  const hidden = panels.filter(({ id }) => page.value(`panel.${id}.shown`) !== '1').map(({ id }) => id);
  const widths = Object.fromEntries(
    panels.map(({ id }) => [id, page.value(`panel.${id}.width`) === 'full' ? 'full' : 'half']),
  );
  await page.savePreference(HOME_PREFERENCE, { order, hidden, widths });
  return page.redirect('/', { kind: 'success', text: page.t('Your dashboard is arranged.') });
}
