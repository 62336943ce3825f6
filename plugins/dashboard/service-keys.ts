import {
  type Control,
  GalleyError,
  makeControl,
  type Reply,
  type ScreenContext,
  type ServiceKey,
  type Site,
  settingsTabs,
} from 'galley';

const NAME = 'keys';
const PATH = `/settings/${NAME}`;

/** Settings, Keys: what plugins need to call services of others. The tab is there where a plugin asks for a key. */
export function addKeyScreen(site: Site): void {
  site.admin.screen({
    path: PATH,
    title: 'Keys of services',
    capability: 'manage_options',
    fresh: true,
    get: (page) => show(page),
    post: save,
  });
  site.hooks.addAction('site:ready', async () => {
    if ((await site.serviceKeys.list()).length === 0) return;
    site.admin.settings.define(NAME, { title: 'Keys of services', order: 70, options: [] });
  });
}

async function show(page: ScreenContext, wrong?: { name: string; error: string }): Promise<Reply> {
  const keys = await page.site.serviceKeys.list();
  const titles = new Map(page.site.plugins.list().map(({ name, title }) => [name, page.t(title)]));
  const summary = keys
    .filter(({ name }) => name === wrong?.name)
    .map((key) => ({ id: controlOf(page, key).id, label: key.label, message: wrong?.error ?? '' }));
  const data = {
    intro: 'What plugins need to call services of others. Keys are stored encrypted and shown to nobody again.',
    breadcrumbs: [{ label: 'Settings', url: '/admin/settings' }],
    tabs: settingsTabs(page, NAME),
    summary,
    services: keys.map((key) => ({
      ...key,
      id: `key-${key.name}`,
      isSet: key.source === 'stored',
      control:
        key.source === 'environment'
          ? undefined
          : controlOf(page, key, wrong?.name === key.name ? wrong.error : undefined),
      plugin: titles.get(key.owner) ?? key.owner,
      state: stateOf(page, key),
      goesTo: key.host ? page.t('It is sent to {host} and nowhere else.', { host: key.host }) : '',
    })),
  };
  return page.view('dashboard/service-keys', data, { status: wrong ? 422 : 200 });
}

/** Where a key is typed; what is stored never comes back. */
function controlOf(page: ScreenContext, { name, source, label }: ServiceKey, error?: string): Control {
  const words = source === 'stored' ? page.t('A new key') : page.t('The key');
  const field = { kind: 'text', label, secret: true, maxLength: 4096 } as const;
  return { ...makeControl(field, { name, value: '', zone: 'UTC', error }), label: words };
}

function stateOf(page: ScreenContext, { source, ending }: ServiceKey): string {
  if (source === 'none') return page.t('None is stored yet.');
  if (source === 'stored')
    return ending ? page.t('One is stored. It ends in {signs}.', { signs: ending }) : page.t('One is stored.');
  return page.t('It comes from the settings of the machine and is changed there.');
}

async function save(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const isForgotten = page.value('forget') !== '';
  const name = page.value('forget') || page.value('store');
  const value = page.value(name).trim();
  if (!isForgotten && value === '') return show(page, { name, error: page.t('Enter the key.') });
  if (/\s/.test(value)) return show(page, { name, error: page.t('A key has no blanks in it. Copy it once more.') });
  try {
    await site.serviceKeys.set(name, isForgotten ? '' : value, viewer);
  } catch (error) {
    if (!(error instanceof GalleyError) || error.code === 'GALLEY_PERMISSION_DENIED' || error.status >= 500)
      throw error;
    return show(page, { name, error: page.t(error.message) });
  }
  const text = isForgotten ? page.t('The key is forgotten.') : page.t('The key is stored. It holds from now on.');
  return page.redirect(PATH, { kind: 'success', text });
}
