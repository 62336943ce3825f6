import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from '../../infra/local/processes.ts';
import { createDatabase, mariadbMissing } from './mariadb.ts';

/** Something that WordPress holds, and whatever belongs to it; ids are replaced by names. */
export type HeldRow = Record<string, unknown>;

/** All that a WordPress holds after an import, by names. */
export interface Held {
  posts: Record<string, HeldRow>;
  terms: Record<string, HeldRow>;
  users: Record<string, HeldRow>;
  /** What the importer printed. */
  said: string;
}

/** How a file is brought in. */
export interface WordpressOptions {
  /** The importer's reader; the one that it takes by itself unless given. */
  parser?: 'WXR_Parser' | 'WXR_Parser_SimpleXML' | 'WXR_Parser_XML' | 'WXR_Parser_Regex';
  /** Types and taxonomies that another plugin registers on the site that people move to. */
  types?: readonly string[];
  taxonomies?: readonly string[];
  zone?: string;
}

const WORDPRESS = process.env['GALLEY_WORDPRESS'] ?? '/usr/share/wordpress';
const IMPORTER = process.env['GALLEY_WORDPRESS_IMPORTER'] ?? '';
const DRIVER = join(import.meta.dirname, 'wordpress.php');
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const OUTPUT_MAX = 256 * 1024 ** 2;

/** Why nothing can be tried with WordPress itself, with how to get it; false when it can. */
export function wordpressMissing(): string | false {
  if (IMPORTER === '')
    return 'GALLEY_WORDPRESS_IMPORTER does not name the folder of the WordPress Importer: see CONTRIBUTING.md';
  if (!existsSync(join(IMPORTER, 'wordpress-importer.php'))) return `There is no WordPress Importer in ${IMPORTER}`;
  if (!existsSync(join(WORDPRESS, 'wp-settings.php'))) return `There is no WordPress in ${WORDPRESS}`;
  if (findBinary('php') === undefined) return 'PHP is not installed: no php found';
  return mariadbMissing();
}

/** Brings a file into an empty WordPress with the official importer, and says what WordPress holds then. */
export async function heldAfter(file: string, options: WordpressOptions = {}): Promise<Held> {
  const database = await createDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'galley-wordpress-'));
  const { hostname, host, username: user, password, pathname } = new URL(database.url);
  const task = {
    ...options,
    file,
    folder,
    wordpress: WORDPRESS,
    importer: IMPORTER,
    picture: PICTURE,
    database: { host: host || hostname, name: pathname.slice(1), user, password },
  };
  try {
    const { stdout } = await promisify(execFile)(findBinary('php') ?? '', [DRIVER, JSON.stringify(task)], {
      maxBuffer: OUTPUT_MAX,
    });
    return JSON.parse(stdout) as Held;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  }
}
