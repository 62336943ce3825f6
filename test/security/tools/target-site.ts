// The site that tools are let loose on: `galley serve` on loopback, as an operator starts it, with a small site in it.
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Route } from 'galley';
import { SYSTEM } from 'galley';
import sharp from 'sharp';
import { settings } from '../../../config/default.ts';
import { Router } from '../../../core/http/router.ts';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../../../core/testing.ts';
import { addressesOf } from '../../e2e/screens.ts';
import { createDatabase } from '../../support/mariadb.ts';
import { addSampleContent } from '../../support/sample-content.ts';
import { childrenOf, ServedSite } from '../../support/served-site.ts';
import { addShownContent } from '../../support/shown-content.ts';
import type { Ticket } from './door.ts';
import { atEnd } from './tool.ts';

/** What it is kept in. */
export type StoreName = 'SQLite' | 'MariaDB';

/** How it is started. */
export interface TargetOptions {
  store?: StoreName;
  /** Further plugins, from `docs/examples`. */
  plugins?: readonly string[];
  env?: Record<string, string>;
  /** Under a supervisor, which puts a new process in place of one that died or hangs. */
  isSupervised?: boolean;
}

const RENEW_MS = 5 * 60_000;
/** What a person may do in a minute is limited, and tools do in a minute what takes a person a day. */
const KEEPERS = Array.from({ length: 24 }, (_, index) => `keeper-${index + 1}`);

/** Off on a new site, but with routes of their own. */
const FURTHER = ['oembed', 'security-txt', 'freshness', 'showcase'];
/** A table of a plugin, whose records the admin shows. */
const SHOP = `
  site.models.define('customer', {
    versioned: true,
    fields: {
      name: { kind: 'string', index: true },
      email: { kind: 'email', unique: true },
      note: { kind: 'text', null: true },
      since: { kind: 'datetime', null: true },
      orders: { kind: 'integer', default: 0 },
    },
    admin: { singular: 'Customer', plural: 'Customers', capability: 'edit_others_posts', search: ['name', 'email'] },
  });`;

/** A site with content and administrators, served by a process of its own. */
export class TargetSite {
  readonly store: StoreName;
  readonly served: ServedSite;
  /** Its routes, as registered. */
  readonly routes: readonly Pick<Route, 'method' | 'path' | 'public' | 'schema' | 'rawForm'>[];
  /** Values of their parameters for which there is something, by `menus/:id`, what stands before and the name, and by `:id` alone. */
  readonly known: ReadonlyMap<string, string>;
  readonly #drop: () => Promise<void>;
  readonly #tickets = new Map<string, { at: number; ticket: Promise<Ticket> }>();
  #turn = 0;

  constructor(options: Pick<TargetSite, 'store' | 'served' | 'routes' | 'known'> & { drop: () => Promise<void> }) {
    this.store = options.store;
    this.served = options.served;
    this.routes = options.routes;
    this.known = options.known;
    this.#drop = options.drop;
  }

  get origin(): string {
    return this.served.origin;
  }

  /** The processes that serve. */
  get workers(): string {
    return childrenOf(this.served.pid).join(' ');
  }

  /** The session of one administrator after the other, renewed before it is too old for acts that ask for a fresh one. */
  readonly ticket = (): Promise<Ticket> => {
    const login = KEEPERS[this.#turn++ % KEEPERS.length] ?? '';
    const known = this.#tickets.get(login);
    if (known && Date.now() - known.at < RENEW_MS) return known.ticket;
    const ticket = this.#logIn(login);
    this.#tickets.set(login, { at: Date.now(), ticket });
    // Who could not log in tries again the next time.
    ticket.catch(() => this.#tickets.delete(login));
    return ticket;
  };

  /** Asks for a page as an administrator. */
  async page(path: string): Promise<{ status: number; text: string }> {
    const { cookie } = await this.ticket();
    const reply = await fetch(this.origin + path, { headers: { cookie }, redirect: 'manual' });
    return { status: reply.status, text: await reply.text() };
  }

  async stop(): Promise<void> {
    await this.served.remove();
    await this.#drop();
  }

  async #logIn(login: string): Promise<Ticket> {
    const cookie = await sentCookie(`${this.origin}/admin/login`, { login, password: TEST_PASSWORD });
    const reply = await fetch(`${this.origin}/admin/profile`, { headers: { cookie } });
    const token = /name="_token" value="([^"]+)"/.exec(await reply.text())?.[1];
    if (token === undefined) throw new Error(`${login} of the target could not be logged in: ${reply.status}`);
    return { cookie, token };
  }
}

/** `fetch` would not say where a form comes from. */
function sentCookie(url: string, values: Record<string, string>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
    // Log-ins are limited by network.
    'x-forwarded-for': Array.from({ length: 4 }, () => randomInt(1, 224)).join('.'),
  };
  request(url, { method: 'POST', headers }, (reply) => {
    reply.resume();
    const cookies = reply.headers['set-cookie'] ?? [];
    resolve(cookies.map((cookie) => cookie.split(';')[0]).join('; '));
  })
    .on('error', reject)
    .end(new URLSearchParams(values).toString());
  return promise;
}

/** What screens show that are looked at elsewhere: files and their folders, records, a staged change. */
async function addFurther({ site, contentDir }: TestSite): Promise<string[]> {
  const viewer = SYSTEM;
  const path = join(contentDir, 'harbour.jpg');
  await writeFile(
    path,
    await sharp({ create: { width: 64, height: 48, channels: 3, background: '#456' } })
      .jpeg()
      .toBuffer(),
  );
  const media = site.services.use('media');
  const { id: file } = await media.receive({ path, name: 'Harbour.jpg' }, { viewer });
  await media.settled();
  const { id: folder } = await site.terms.save({ taxonomy: 'media_folder', name: 'Harbours' }, { viewer });
  const customer = await site.models.need('customer').create({ name: 'Mia', email: 'mia@example.org' });
  const shown = [`/media/${file}`, `/media/folders/${folder}`, `/records/customer/${customer.id}`];
  return shown.map((screen) => `/admin${screen}`);
}

/** Values of parameters, as addresses have them. */
function valuesIn({ site }: TestSite, addresses: readonly string[]): Map<string, string> {
  const router = new Router(site.routes.list());
  const known = new Map<string, string>();
  for (const address of addresses) {
    const match = router.match('GET', address.replace(/\?.*/, ''), '');
    if (match.kind !== 'route') continue;
    const parts = match.route.path.replaceAll(/\(\w+\)/g, '').split('/');
    for (const [at, part] of parts.entries())
      for (const place of part.startsWith(':') ? [`${parts[at - 1]}/${part}`, part] : [])
        if (!known.has(place)) known.set(place, String(match.params[part.slice(1)]));
  }
  return known;
}

/** Fills the store. */
async function fill(served: ServedSite, database: string | undefined): Promise<Pick<TargetSite, 'routes' | 'known'>> {
  served.plugin('shop', SHOP);
  const plugins = { default: [...settings.plugins.default.default, ...FURTHER, 'shop'] };
  const seed = await startTestSite({
    contentDir: served.contentDir,
    ...(database && { database }),
    config: { plugins },
  });
  const { site } = seed;
  try {
    await site.models.makeMigration('shop', join(served.contentDir, 'plugins', 'shop', 'migrations'), 'create shop');
    await site.migrations.up();
    await addSampleContent(seed);
    for (const login of KEEPERS) {
      const keeper = { login, email: `${login}@example.org`, name: login, password: TEST_PASSWORD };
      await site.users.create({ ...keeper, roles: ['administrator'] }, SYSTEM);
    }
    const by = (await site.users.findByLogin(KEEPERS[0] ?? ''))?.id ?? 0;
    const addresses = [...(await addFurther(seed)), ...addressesOf(site, await addShownContent(seed, by))];
    return { routes: [...site.routes.list()], known: valuesIn(seed, addresses) };
  } finally {
    await seed.stop();
  }
}

/** Makes such a site and serves it. Stop it in the end. */
export async function startTarget({
  store = 'SQLite',
  plugins = [],
  env = {},
  isSupervised,
}: TargetOptions = {}): Promise<TargetSite> {
  const database = store === 'MariaDB' ? await createDatabase() : undefined;
  const served = new ServedSite({
    // What is limited by network is not limited for who comes from another one each time, see Door.
    GALLEY_TRUST_PROXY: '127.0.0.1',
    GALLEY_LOG_LEVEL: 'warn',
    ...(database && { DATABASE_URL: database.url }),
    ...env,
  });
  const { routes, known } = await fill(served, database?.url);
  const command = async (...words: string[]): Promise<void> => {
    const { code, err } = await served.galley(...words);
    if (code !== 0) throw new Error(`galley ${words.join(' ')}: ${err.slice(-500)}`);
  };
  await command('plugin', 'activate', ...FURTHER, 'shop');
  for (const plugin of plugins) await command('plugin', 'install', `docs/examples/${plugin}`, '--activate', '--yes');
  const forget = atEnd(() => served.signal('SIGKILL'));
  await served.serve(`--workers=${isSupervised ? 1 : 0}`);
  const { status } = await served.get('/');
  if (status !== 200) {
    served.signal('SIGKILL');
    throw new Error(`The target is not served: ${status} ${served.log.slice(-1000)}`);
  }
  const drop = async (): Promise<void> => {
    forget();
    await database?.drop();
  };
  return new TargetSite({ store, served, routes, known, drop });
}
