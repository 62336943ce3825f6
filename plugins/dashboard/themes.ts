import { isGalleyError, type Reply, type ScreenContext } from 'galley';
import { themePictures } from './theme-pictures.ts';

/** All themes, the site's first. */
export async function showThemes(page: ScreenContext): Promise<Reply> {
  const themes = await page.site.themes.list();
  const sorted = themes.sort((a, b) => Number(b.isActive) - Number(a.isActive));
  const items = await Promise.all(
    sorted.map(async (theme) => ({
      ...theme,
      ...(theme.problem ? {} : await themePictures(page.site, theme.name)),
      url: `/admin/themes/${theme.name}`,
      activateUrl: `/admin/themes/${theme.name}/activate`,
    })),
  );
  const stylesheets = [await page.site.assets.url('dashboard', 'themes.css')];
  return page.view('dashboard/themes', { themes: items, stylesheets });
}

/** Makes a theme the site's, where nothing is wrong with it. */
export async function activateTheme(page: ScreenContext): Promise<Reply> {
  const name = page.params['name'] ?? '';
  const { site } = page;
  const previous = (await site.themes.list()).find(({ isActive }) => isActive)?.name;
  try {
    await site.themes.activate(name);
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return page.redirect('/themes', { kind: 'danger', text: error.message });
  }
  await site.themes.previews.stop(page.viewer);
  const undo =
    previous && previous !== name
      ? { undo: { label: page.t('Undo'), action: `/admin/themes/${previous}/activate` } }
      : {};
  return page.redirect('/themes', { kind: 'success', text: page.t('Visitors see the new theme now.'), ...undo });
}
