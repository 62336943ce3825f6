import { changeRights, GalleyError, type PluginInfo, type Reply, revokedRights, type ScreenContext } from 'galley';
import { type CapabilityView, capabilityViews } from './capability-words.ts';

/** A right of a plugin, and whether administrators took it away. */
export interface RightView extends CapabilityView {
  isRevoked: boolean;
  /** Where that is changed; empty for a plugin that can do all that the site can. */
  url: string;
}

/** What a plugin is allowed, and what it asks for and is not. */
export async function rightsOf(page: ScreenContext, { name, tier, capabilities }: PluginInfo): Promise<RightView[]> {
  const revoked = await revokedRights(page.site, name);
  return capabilityViews(page, capabilities).map((view) => ({
    ...view,
    isRevoked: revoked.includes(view.name),
    url: tier === 'contained' ? `/admin/plugins/${name}/rights?right=${encodeURIComponent(view.name)}` : '',
  }));
}

async function needRight(page: ScreenContext, name: string): Promise<{ plugin: PluginInfo; right: RightView }> {
  const plugin = page.site.plugins.need(page.params['name'] ?? '');
  const right = (await rightsOf(page, plugin)).find((one) => one.name === name && one.url !== '');
  if (right) return { plugin, right };
  throw new GalleyError('GALLEY_INPUT_INVALID', page.t('This is no longer there.'));
}

/** Asks whether a right is to be taken from a plugin, or given back. */
export async function askForRight(page: ScreenContext): Promise<Reply> {
  const { plugin, right } = await needRight(page, page.text('right'));
  const title = page.t(plugin.title);
  return page.view('dashboard/plugin-right', {
    title: right.isRevoked
      ? page.t('Allow {plugin} this again?', { plugin: title })
      : page.t('Take this right from {plugin}?', { plugin: title }),
    breadcrumbs: [
      { label: 'Plugins', url: '/admin/plugins' },
      { label: title, url: `/admin/plugins/${plugin.name}` },
    ],
    url: `/admin/plugins/${plugin.name}`,
    right,
  });
}

/** Takes a right from a plugin, or gives it back, whichever was shown. */
export async function changeRight(page: ScreenContext): Promise<Reply> {
  const { plugin, right } = await needRight(page, page.value('right'));
  const isTaken = page.value('press') === 'take';
  const change = isTaken ? { revoke: [right.name] } : { grant: [right.name] };
  await changeRights(page.site, plugin.name, { ...change, userId: page.viewer.id });
  const facts = { plugin: page.t(plugin.title), right: right.words || right.name };
  return page.redirect(`/plugins/${plugin.name}`, {
    kind: 'success',
    text: isTaken ? page.t('{plugin} may no longer: {right}.', facts) : page.t('{plugin} may again: {right}.', facts),
  });
}
