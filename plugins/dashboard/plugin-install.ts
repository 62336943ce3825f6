import { GalleyError, isLocal, type PluginSource, parseSource, type Reply, type ScreenContext } from 'galley';
import { PLUGIN_JOB, type PluginOrder } from './plugin-order.ts';
import { keepPackage, PACKAGE_MAX } from './plugin-uploads.ts';

/** The address of what is being done with plugins. */
export const changeUrl = (id: number): string => `/plugins/changes/${id}`;

/** Has something done with plugins, and shows how far it is. The same twice is done once. */
export async function order(page: ScreenContext, wanted: PluginOrder): Promise<Reply> {
  const unique = `${page.user.id} ${JSON.stringify(wanted)}`.slice(0, 190);
  const id = await page.site.jobs.enqueue(PLUGIN_JOB, wanted, { userId: page.user.id, unique });
  return page.redirect(changeUrl(id));
}

/** Where plugins come from: a file, an address, or a name. */
export async function showInstall(page: ScreenContext): Promise<Reply> {
  return form(page);
}

async function form(page: ScreenContext, error = ''): Promise<Reply> {
  const { assets, config } = page.site;
  return page.view(
    'dashboard/plugin-install',
    {
      breadcrumbs: [{ label: 'Plugins', url: '/admin/plugins' }],
      intro: 'Nothing of it runs before you have seen what it asks for and who it comes from.',
      notices: error === '' ? [] : [{ kind: 'danger', text: error }],
      source: page.value('source'),
      limit: new Intl.NumberFormat(page.language, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 }).format(
        Math.min(PACKAGE_MAX, config.http.uploadLimit) / 1024 ** 2,
      ),
      hasRegistry: config.plugins.registry !== '',
      stylesheets: [await assets.url('dashboard-merge', 'plugins.css')],
      scripts: [await assets.url('dashboard-merge', 'plugins.js')],
    },
    { status: error === '' ? 200 : 422 },
  );
}

/** Takes the file or what was typed, and has it looked at. */
export async function takePlugin(page: ScreenContext): Promise<Reply> {
  try {
    const source = (await uploaded(page)) ?? typed(page);
    return await order(page, { act: 'look', wishes: [{ source }] });
  } catch (error) {
    if (error instanceof GalleyError && error.status < 500) return form(page, error.message);
    throw error;
  }
}

async function uploaded(page: ScreenContext): Promise<PluginSource | undefined> {
  const upload = (await page.context.files()).find(({ field, size }) => field === 'file' && size > 0);
  return upload && { kind: 'file', path: await keepPackage(page.site, upload) };
}

/** What was typed, as the command line reads it; but nobody reads the server's own files from here. */
function typed(page: ScreenContext): PluginSource {
  const text = page.value('source').trim();
  if (text === '') throw new GalleyError('GALLEY_INPUT_INVALID', page.t('Choose a file, or say where the plugin is.'));
  const source = parseSource(text);
  if (isLocal(source) || (source.kind === 'git' && !/^https:/.test(source.url)))
    throw new GalleyError('GALLEY_INPUT_INVALID', page.t('Files of the server are installed on its command line.'));
  return source;
}
