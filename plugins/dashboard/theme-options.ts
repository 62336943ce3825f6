import {
  errorsOf,
  type FieldDefinition,
  type FormErrors,
  GalleyError,
  isGalleyError,
  json,
  makeControls,
  type Reply,
  readFields,
  type ScreenContext,
  summarize,
} from 'galley';

const PREFIX = 'options';
const COLOUR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

type LoadedTheme = Awaited<ReturnType<ScreenContext['site']['themes']['load']>>;

interface Settings {
  variation: string;
  options: Record<string, unknown>;
}

function fieldsOf(page: ScreenContext, { manifest }: LoadedTheme): Record<string, FieldDefinition> {
  const choices = Object.fromEntries([
    ['', page.t('{theme}: as it comes', { theme: manifest.title })],
    ...Object.entries(manifest.variations).map(([name, { title, description }]) => [
      name,
      description ? `${title}: ${page.t(description)}` : title,
    ]),
  ]);
  return { variation: { kind: 'select', label: 'Variation', choices }, ...manifest.options };
}

async function show(
  page: ScreenContext,
  theme: LoadedTheme,
  { variation, options }: Settings,
  errors: FormErrors = {},
): Promise<Reply> {
  const { site, viewer, context } = page;
  const zone = await site.options.get<string>('timezone');
  const values = { variation, ...options };
  const controls = await makeControls(fieldsOf(page, theme), { site, viewer, prefix: PREFIX, values, errors, zone });
  const active = (await site.themes.list()).find(({ isActive }) => isActive);
  const preview = await site.themes.previews.find(context.session?.idHash ?? '', viewer);
  const data = {
    title: theme.manifest.title,
    breadcrumbs: [{ label: 'Themes', url: '/admin/themes' }],
    intro: theme.manifest.description,
    controls,
    summary: summarize(controls, errors),
    url: `/admin/themes/${theme.name}`,
    name: theme.name,
    isActive: active?.name === theme.name,
    activeTitle: active?.title ?? '',
    mayActivate: active?.name === theme.name || viewer.can('switch_themes'),
    isTried: preview?.name === theme.name,
    scripts: [await site.assets.url('dashboard', 'theme.js')],
    stylesheets: [await site.assets.url('dashboard', 'themes.css')],
  };
  // The site itself stands in a frame beside the options.
  return page.view('dashboard/theme', data, { status: Object.keys(errors).length > 0 ? 422 : 200, hasFrames: true });
}

const loadOne = (page: ScreenContext): Promise<LoadedTheme> => page.site.themes.load(page.params['name'] ?? '');

/** Variation and options of a theme, beside the site as it looks with them. */
export async function showThemeOptions(page: ScreenContext): Promise<Reply> {
  const { site, context, viewer } = page;
  const theme = await loadOne(page);
  const tried = await site.themes.previews.find(context.session?.idHash ?? '', viewer);
  return show(page, theme, tried?.name === theme.name ? tried : await site.themes.settings(theme));
}

/** What was typed, and what is wrong with it. */
async function read(page: ScreenContext, { manifest }: LoadedTheme): Promise<Settings & { errors: FormErrors }> {
  const zone = await page.site.options.get<string>('timezone');
  const { values, mistakes } = readFields(manifest.options, page.values, { prefix: PREFIX, zone });
  const errors = errorsOf(manifest.options, mistakes, PREFIX);
  for (const [key, { kind }] of Object.entries(manifest.options))
    if (kind === 'color' && values[key] !== null && !COLOUR.test(String(values[key])))
      errors[`${PREFIX}.${key}`] = page.t('Write a colour such as #1d6f73.');
  const options = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, value ?? manifest.options[key]?.default ?? '']),
  );
  return { variation: page.value(`${PREFIX}.variation`), options, errors };
}

/** Tries, publishes or throws away what was chosen. */
export async function sendThemeOptions(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const theme = await loadOne(page);
  const act = page.value('do');
  if (act === 'discard') {
    await site.themes.previews.stop(viewer);
    return page.redirect('/themes', { kind: 'info', text: page.t('Thrown away. Visitors saw nothing of it.') });
  }
  const { errors, ...settings } = await read(page, theme);
  if (Object.keys(errors).length > 0) return show(page, theme, settings, errors);
  if (act === 'live') return makeLive(page, theme, settings);
  await site.themes.previews.start(sessionOf(page), { name: theme.name, ...settings }, viewer);
  return page.redirect(`/themes/${theme.name}`);
}

/** The same for scripts: what was chosen is shown in the frame from now on. */
export async function tryThemeOptions(page: ScreenContext): Promise<Reply> {
  const theme = await loadOne(page);
  const { errors, ...settings } = await read(page, theme);
  if (Object.keys(errors).length > 0) return json({ errors }, { status: 422 });
  await page.site.themes.previews.start(sessionOf(page), { name: theme.name, ...settings }, page.viewer);
  return json({ errors: {} });
}

function sessionOf({ context }: ScreenContext): string {
  if (!context.session) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.');
  return context.session.idHash;
}

/** Visitors see it from now on. Another theme is a greater step: it asks for the password. */
async function makeLive(page: ScreenContext, theme: LoadedTheme, settings: Settings): Promise<Reply> {
  const { site, viewer } = page;
  const { name } = theme;
  const isActive = (await site.themes.list()).some((item) => item.isActive && item.name === name);
  if (!isActive && !viewer.can('switch_themes'))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', page.t('You may not switch the theme.'));
  if (!isActive && !page.isFresh()) return page.confirm();
  const before = await site.themes.settings(theme);
  try {
    await site.database.transaction(async () => {
      await site.themes.configure(name, settings);
      if (!isActive) await site.themes.activate(name);
    });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return page.redirect(`/themes/${name}`, { kind: 'danger', text: error.message });
  }
  await site.themes.previews.stop(viewer);
  await page.savePreference(`theme-undo:${name}`, before).catch(() => undefined);
  const undo = { label: page.t('Undo'), action: `/admin/themes/${name}/undo` };
  const link = { label: page.t('Look at it'), url: '/' };
  return page.redirect(`/themes/${name}`, {
    kind: 'success',
    text: page.t('Saved. Visitors see it now.'),
    link,
    ...(isActive ? { undo } : {}),
  });
}

/** Brings back the variation and the options that a theme had before. */
export async function undoThemeOptions(page: ScreenContext): Promise<Reply> {
  const theme = await loadOne(page);
  const kept = (await page.preference(`theme-undo:${theme.name}`)) as Settings | null;
  if (kept) await page.site.themes.configure(theme.name, kept);
  await page.savePreference(`theme-undo:${theme.name}`, null);
  const text = kept ? page.t('The theme looks as it did before.') : page.t('There is nothing to take back.');
  return page.redirect(`/themes/${theme.name}`, { kind: kept ? 'success' : 'warning', text });
}

/** Begins to try a theme, with the settings that it has. */
export async function startTheme(page: ScreenContext): Promise<Reply> {
  const theme = await loadOne(page);
  const settings = await page.site.themes.settings(theme);
  await page.site.themes.previews.start(sessionOf(page), { name: theme.name, ...settings }, page.viewer);
  return page.redirect(`/themes/${theme.name}`);
}
