// Tables of a small shop, whose models say how they are shown.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasMany, manyToMany, type Site } from 'galley';

/** Its models. */
export type Shop = ReturnType<typeof defineShop>;

/** Defines the models and makes their tables. */
export async function makeShop(site: Site): Promise<Shop> {
  const shop = defineShop(site);
  const folder = await mkdtemp(join(tmpdir(), 'galley-shop-'));
  await site.models.makeMigration('shop', folder, 'create shop');
  await site.migrations.up();
  await rm(folder, { recursive: true, force: true });
  return shop;
}

/** The tables of a small shop. */
function defineShop(site: Site) {
  const models = site.models.ownedBy('shop');
  const customers = models.define('customer', {
    fields: {
      name: { kind: 'string', index: true },
      email: { kind: 'email', unique: true },
      phone: { kind: 'string', null: true, unique: true },
    },
    admin: { singular: 'Customer', plural: 'Customers', capability: 'edit_others_posts', search: ['name', 'email'] },
  });
  const orders = models.define('order', {
    versioned: true,
    fields: {
      number: { kind: 'string', unique: true, maxLength: 20 },
      customer: { kind: 'reference', to: 'customer', index: true },
      state: { kind: 'enum', choices: ['open', 'on_its_way'], default: 'open', index: true },
      placed: { kind: 'datetime', index: true },
      total: { kind: 'decimal', min: 0 },
      isGift: { kind: 'boolean', default: false },
      note: { kind: 'text', null: true },
      pickedAt: { kind: 'time', null: true },
      weight: { kind: 'bigint', null: true },
    },
    relations: {
      lines: hasMany('line', 'order'),
      labels: manyToMany<{ name: string }>('label', { through: 'order_labels', from: 'order_id', to: 'label_id' }),
      couriers: manyToMany<{ name: string }>('courier', {
        through: 'order_couriers',
        from: 'order_id',
        to: 'courier_id',
        toUuid: true,
      }),
    },
    admin: {
      singular: 'Order',
      plural: 'Orders',
      capability: 'edit_others_posts',
      columns: ['customer', 'state', 'placed', 'total', 'isGift'],
      inline: ['lines'],
      related: ['labels', 'couriers'],
    },
  });
  const lines = models.define('line', {
    fields: {
      order: { kind: 'reference', to: 'order', onDelete: 'cascade' },
      article: { kind: 'string' },
      amount: { kind: 'integer', min: 1, max: 99 },
    },
  });
  const labels = models.define('label', {
    fields: { name: { kind: 'string' } },
    admin: { singular: 'Label', plural: 'Labels', capability: 'edit_others_posts' },
  });
  const couriers = models.define('courier', {
    key: 'uuid',
    fields: { name: { kind: 'string' } },
    admin: { singular: 'Courier', plural: 'Couriers', capability: 'edit_others_posts' },
  });
  return { customers, orders, lines, labels, couriers };
}
