// A site that has something to show on every screen of the admin.
import { join } from 'node:path';
import { settings } from '../../config/default.ts';
import { makeShop } from '../support/shop-models.ts';
import { addShownContent, type Shown } from '../support/shown-content.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';

/** Those of a new site, those that come along and are off at first, and one from elsewhere. */
const PLUGINS = [...settings.plugins.default.default, 'oembed', 'security-txt', 'freshness', 'showcase', 'social-card'];

async function addStructure({ current: { site } }: AdminSite): Promise<Shown> {
  const shop = await makeShop(site);
  const { id: customer } = await shop.customers.create({ name: 'Mia', email: 'mia@example.org' });
  site.serviceKeys.ownedBy('dashboard').define('maps', {
    label: 'Key of the map',
    help: 'Draws maps.',
    url: 'https://maps.example/keys',
  });
  site.flags.define('wide', { title: 'The wide page', summary: 'Lines are longer.' });
  return { customer };
}

/** Starts the site; what it shows is named as addresses of screens need it. */
export async function startScreensSite(): Promise<{ admin: AdminSite; shown: Shown }> {
  const admin = await startAdminSite({
    pluginFolders: [join(import.meta.dirname, '../../docs/examples')],
    config: { plugins: { default: PLUGINS }, http: { rateLimit: 0 } },
  });
  const ada = (await admin.current.site.users.findByLogin('ada'))?.id ?? 0;
  return { admin, shown: { ...(await addShownContent(admin.current, ada)), ...(await addStructure(admin)) } };
}
