import { differenceOf, GalleyError, type PluginInfo, type Reply, type ScreenContext, setAutoUpdate } from 'galley';
import { order } from './plugin-install.ts';

/** The installed plugin of the address. @throws GALLEY_PLUGIN_UNKNOWN for one that comes with Galley */
function needInstalled({ site, params }: ScreenContext): PluginInfo {
  const plugin = site.plugins.need(params['name'] ?? '');
  if (!plugin.isFirstParty) return plugin;
  throw new GalleyError('GALLEY_PLUGIN_UNKNOWN', `"${plugin.name}" comes with Galley and changes with it.`);
}

/** Has a newer version looked at. */
export async function updatePlugin(page: ScreenContext): Promise<Reply> {
  const { name } = needInstalled(page);
  return order(page, { act: 'look', wishes: [withinOf(page, name)] });
}

/** Has newer versions looked at: of those that were selected, or of all that the last look for updates found. */
export async function updateSeveral(page: ScreenContext): Promise<Reply> {
  const given = [...(page.values.get('name') ?? []), ...(page.values.get('ids') ?? [])];
  const names = given.filter((name) => page.site.plugins.get(name)?.isFirstParty === false);
  if (names.length === 0)
    return page.redirect('/plugins/updates', { kind: 'info', text: page.t('Choose what is to be updated.') });
  return order(page, { act: 'look', wishes: names.map((name) => withinOf(page, name)) });
}

const withinOf = (page: ScreenContext, name: string): { name: string; within?: 'minor' } =>
  [page.value('press'), page.value('action')].includes('minor') ? { name, within: 'minor' } : { name };

export async function rollBackPlugin(page: ScreenContext): Promise<Reply> {
  return order(page, { act: 'roll back', name: needInstalled(page).name });
}

/** Lets a plugin be updated at night, or not any more. */
export async function switchAutoUpdate(page: ScreenContext): Promise<Reply> {
  const { name, title } = needInstalled(page);
  const isOn = page.value('on') === '1';
  await setAutoUpdate(page.site, name, isOn);
  return page.redirect(`/plugins/${name}`, {
    kind: 'success',
    text: isOn
      ? page.t('{plugin} is updated at night, unless a version asks for more or comes from somebody else.', {
          plugin: page.t(title),
        })
      : page.t('{plugin} is updated only by hand.', { plugin: page.t(title) }),
    undo: {
      label: page.t('Undo'),
      action: `/admin/plugins/${name}/auto-update`,
      values: { on: isOn ? '0' : '1' },
    },
  });
}

/** Compares the files with those that were installed. */
export async function verifyPlugin(page: ScreenContext): Promise<Reply> {
  const { name, title, version } = needInstalled(page);
  const difference = await differenceOf(page.site, name);
  const facts = { plugin: page.t(title), version };
  if (!difference)
    return page.redirect(`/plugins/${name}`, {
      kind: 'success',
      text: page.t('{plugin} {version} is as it was installed.', facts),
    });
  const isKnown = (await page.site.pluginChanges.lock.read())[name] !== undefined;
  const { changed, missing, added, unknown } = difference;
  const words = [
    changed.length > 0 ? page.t('Changed: {files}.', { files: changed.join(', ') }) : '',
    missing.length > 0 ? page.t('Missing: {files}.', { files: missing.join(', ') }) : '',
    added.length > 0 ? page.t('Added: {files}.', { files: added.join(', ') }) : '',
    unknown.length > 0 ? page.t('No digest is kept for its npm packages ({count}).', { count: unknown.length }) : '',
  ].filter(Boolean);
  const why = words.join(' ') || page.t('Nobody knows what was installed.');
  return page.redirect(`/plugins/${name}`, {
    kind: 'danger',
    text: `${page.t('{plugin} {version} is not as it was installed.', facts)} ${why}`,
    ...(isKnown ? { undo: { label: 'Put it in its place again', action: `/admin/plugins/${name}/again` } } : {}),
  });
}

/** Has the installed version fetched and looked at, to be put in its place again. */
export async function putAgain(page: ScreenContext): Promise<Reply> {
  return order(page, { act: 'look', wishes: [{ name: needInstalled(page).name, again: true }] });
}

/** What goes with a plugin; its data stay unless somebody says otherwise. */
export async function askToDelete(page: ScreenContext): Promise<Reply> {
  const { name, title, version } = needInstalled(page);
  const isChosen = (await page.site.pluginChoice.chosen()).includes(name);
  return page.view('dashboard/plugin-delete', {
    title: page.t('Delete {plugin}', { plugin: page.t(title) }),
    breadcrumbs: [
      { label: 'Plugins', url: '/admin/plugins' },
      { label: page.t(title), url: `/admin/plugins/${name}` },
    ],
    url: `/admin/plugins/${name}`,
    goes: [
      page.t('The files of version {version}, and of the versions that were kept', { version }),
      ...(isChosen ? [page.t('It is switched on: it is switched off first')] : []),
    ],
  });
}

/** Deletes a plugin; where its data are to go too, they are listed first. */
export async function deletePlugin(page: ScreenContext): Promise<Reply> {
  const { name } = needInstalled(page);
  if (page.value('data') === 'drop') return order(page, { act: 'data', name });
  return order(page, { act: 'remove', name, drop: false, options: [] });
}
