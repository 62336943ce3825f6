import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { slugify } from '../lib/slug.ts';
import type { MigrationContext } from './migration-context.ts';

/** A folder of migrations and whose they are: `core`, or the name of a plugin. */
export interface MigrationSource {
  owner: string;
  folder: string;
}

/** One migration file. */
export interface MigrationFile {
  owner: string;
  /** The file's name without ending: `20260101000100_services`. */
  name: string;
  path: string;
}

/** What a migration file exports. */
export interface MigrationCode {
  up(schema: MigrationContext): Promise<void>;
  down(schema: MigrationContext): Promise<void>;
}

const NAME = /^(\d{14}_[a-z0-9_]+)\.(?:ts|js)$/;

/** The migrations in a folder, by name; none when there is no folder. @throws GALLEY_MIGRATION_FAILED for a misnamed file */
export async function findMigrations({ owner, folder }: MigrationSource): Promise<MigrationFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const code = names.filter((name) => /\.(ts|js)$/.test(name) && !/\.(test|d)\.ts$/.test(name));
  return code.sort().map((file) => {
    const name = NAME.exec(file)?.[1];
    if (name !== undefined) return { owner, name, path: join(folder, file) };
    throw new GalleyError(
      'GALLEY_MIGRATION_FAILED',
      `${join(folder, file)} is not named like 20261231235959_create_orders.ts. Rename or move it.`,
    );
  });
}

/** Loads a migration. @throws GALLEY_MIGRATION_FAILED when it cannot be loaded or has no `up` and `down` */
export async function loadMigration({ path }: MigrationFile): Promise<MigrationCode> {
  let loaded: Partial<MigrationCode>;
  try {
    // Node remembers where links pointed, and those of plugins change while a process runs.
    loaded = (await import(pathToFileURL(await realpath(path)).href)) as Partial<MigrationCode>;
  } catch (error) {
    throw new GalleyError('GALLEY_MIGRATION_FAILED', `The migration ${path} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const { up, down } = loaded;
  if (typeof up === 'function' && typeof down === 'function') return { up, down };
  throw new GalleyError('GALLEY_MIGRATION_FAILED', `The migration ${path} must export the functions up and down.`);
}

/** A mark of the file's content, to notice when a migration was edited after it had run. */
export async function checksumOf({ path }: MigrationFile): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

function emptyMigration(owner: string): string {
  const from = owner === 'core' ? '../services/migration-context.ts' : 'galley';
  return `import type { MigrationContext } from '${from}';

/** What changes, and why. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('things', (table) => {
    table.bigIncrements('id');
  });
}

/** Takes it back. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('things');
}
`;
}

/** Writes a new migration file. @param text its source; default: one to fill in */
export async function writeMigration(
  { owner, folder }: MigrationSource,
  name: string,
  text = emptyMigration(owner),
): Promise<string> {
  const slug = slugify(name, 60)
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (slug === '')
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      'A migration needs a name of letters and digits, such as "create orders".',
    );
  await mkdir(folder, { recursive: true });
  const taken = (await readdir(folder)).map((file) => file.slice(0, 14));
  let moment = Date.now();
  const stamp = (): string => new Date(moment).toISOString().replace(/\D/g, '').slice(0, 14);
  while (taken.includes(stamp())) moment += 1_000;
  const path = join(folder, `${stamp()}_${slug}.ts`);
  await writeFile(path, text, { flag: 'wx' });
  return path;
}
