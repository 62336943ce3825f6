import { errorsOf, isGalleyError, makeControls, type Reply, readFields, type ScreenContext, summarize } from 'galley';

/** All themes, the site's first. */
export async function showThemes(page: ScreenContext): Promise<Reply> {
  const themes = await page.site.themes.list();
  const sorted = themes.sort((a, b) => Number(b.isActive) - Number(a.isActive));
  const items = sorted.map((theme) => ({
    ...theme,
    url: `/admin/themes/${theme.name}`,
    activateUrl: `/admin/themes/${theme.name}/activate`,
  }));
  return page.view('dashboard/themes', { themes: items });
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
  const undo =
    previous && previous !== name ? { undo: { label: 'Undo', action: `/admin/themes/${previous}/activate` } } : {};
  return page.redirect('/themes', { kind: 'success', text: 'Visitors see the new theme now.', ...undo });
}

const PREFIX = 'options';

async function form(
  page: ScreenContext,
  values: Record<string, unknown>,
  errors: Record<string, string> = {},
): Promise<Reply> {
  const { site, viewer } = page;
  const theme = await site.themes.load(page.params['name'] ?? '');
  const { manifest } = theme;
  const choices = Object.fromEntries([
    ['', `${manifest.title}: as it comes`],
    ...Object.entries(manifest.variations).map(([name, { title, description }]) => [
      name,
      description ? `${title}: ${description}` : title,
    ]),
  ]);
  const fields = { variation: { kind: 'select' as const, label: 'Variation', choices }, ...manifest.options };
  const zone = await site.options.get<string>('timezone');
  const controls = await makeControls(fields, { site, viewer, prefix: PREFIX, values, errors, zone });
  const data = {
    title: manifest.title,
    breadcrumbs: [{ label: 'Themes', url: '/admin/themes' }],
    intro: manifest.description,
    controls,
    summary: summarize(controls, errors),
    submit: 'Save',
    cancel: '/admin/themes',
  };
  return page.view('form', data, { status: Object.keys(errors).length > 0 ? 422 : 200 });
}

/** Variation and options of a theme. */
export async function showThemeOptions(page: ScreenContext): Promise<Reply> {
  const theme = await page.site.themes.load(page.params['name'] ?? '');
  const { variation, options } = await page.site.themes.settings(theme);
  return form(page, { variation, ...options });
}

/** Stores variation and options of a theme. */
export async function saveThemeOptions(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const name = page.params['name'] ?? '';
  const { manifest } = await site.themes.load(name);
  const zone = await site.options.get<string>('timezone');
  const { values, mistakes } = readFields(manifest.options, page.values, { prefix: PREFIX, zone });
  const variation = page.value(`${PREFIX}.variation`);
  const errors = errorsOf(manifest.options, mistakes, PREFIX);
  const colour = Object.entries(manifest.options).find(
    ([key, { kind }]) =>
      kind === 'color' && values[key] !== null && !/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(String(values[key])),
  );
  if (colour) errors[`${PREFIX}.${colour[0]}`] = 'Write a colour such as #1d6f73.';
  if (Object.keys(errors).length > 0) return form(page, { variation, ...values }, errors);
  const options = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, value ?? manifest.options[key]?.default ?? '']),
  );
  await site.themes.configure(name, { variation, options });
  return page.redirect(`/themes/${name}`, {
    kind: 'success',
    text: 'Saved. Visitors see it now.',
    link: { label: 'Look at it', url: '/' },
  });
}
