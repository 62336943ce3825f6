import { type BulkOption, messageOf, type Reply, removalOrder, type ScreenContext } from 'galley';
import { updateSeveral } from './plugin-acts.ts';
import { THESE_SCREENS } from './plugin-tabs.ts';

/** What can be done with several plugins at once. */
export function severalOptions({ viewer }: ScreenContext): BulkOption[] {
  return [
    { value: 'activate', label: 'Activate' },
    { value: 'deactivate', label: 'Deactivate' },
    ...(viewer.can('update_plugins') ? [{ value: 'update', label: 'Look for updates' }] : []),
  ];
}

/** Switches the selected plugins on or off, or has newer versions of them looked at. */
export async function actOnSeveral(page: ScreenContext): Promise<Reply> {
  const action = page.value('action');
  const names = (page.values.get('ids') ?? []).filter((name) => page.site.plugins.get(name) !== undefined);
  if (names.length === 0 || !severalOptions(page).some(({ value }) => value === action))
    return page.redirect('/plugins', {
      kind: 'info',
      text: page.t('Choose plugins, and what is to be done with them.'),
    });
  return action === 'update' ? updateSeveral(page) : switchSeveral(page, action === 'activate', names);
}

async function switchSeveral(page: ScreenContext, isOn: boolean, names: readonly string[]): Promise<Reply> {
  const { pluginChoice, plugins } = page.site;
  const titleOf = (name: string): string => page.t(plugins.get(name)?.title ?? name);
  const [done, refused]: [string[], string[]] = [[], []];
  for (const name of isOn ? names : removalOrder(page.site, names)) {
    try {
      if (!isOn && name === THESE_SCREENS)
        refused.push(page.t('{plugin} stays: these screens are that plugin.', { plugin: titleOf(name) }));
      else if (await pluginChoice[isOn ? 'activate' : 'deactivate'](name)) done.push(titleOf(name));
    } catch (error) {
      refused.push(`${titleOf(name)}: ${page.t(messageOf(error))}`);
    }
  }
  const facts = { plugins: done.join(', ') };
  const said =
    done.length === 0
      ? page.t('Nothing has changed.')
      : isOn
        ? page.t('Switched on: {plugins}. The site takes them over within seconds.', facts)
        : page.t('Switched off: {plugins}. The site leaves them out within seconds.', facts);
  return page.redirect('/plugins', {
    kind: refused.length > 0 ? 'warning' : done.length > 0 ? 'success' : 'info',
    text: [said, ...refused].join(' '),
  });
}
