import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ActionHook, FilterHook, HookDefinition, HookEngine } from '../kernel/hooks.ts';
import { attach, type Module } from '../kernel/module.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned } from '../kernel/site.ts';
import type { Database } from './database.ts';
import type { Migrations } from './migrations.ts';
import { Model, type ModelEvent, type ModelHooks, type ModelRelatedEvent } from './model.ts';
import { type MigrationSteps, migrationSource, stepsBetween } from './model-migration.ts';
import { ModelShape } from './model-shape.ts';
import { type ModelSnapshot, snapshotOf } from './model-snapshot.ts';
import type { BelongsTo, HasMany, ManyToMany, ModelDefinition } from './model-types.ts';

export { Model, type ModelEvent, type ModelRelatedEvent } from './model.ts';
export type * from './model-types.ts';

/** What models work with; without hooks, writes fire none. */
export interface ModelsOptions {
  database: Database;
  hooks?: HookEngine;
  migrations?: Migrations;
}

type AnyModel = Model<ModelDefinition>;

const SNAPSHOTS = 'models.json';

function hooksOf(hooks: HookEngine): ModelHooks {
  return {
    saving: async (row, event) => await hooks.applyFilters('model:saving', row, event),
    removing: async (event) => void (await hooks.applyFilters('model:removing', event)),
    saved: async (event) => await hooks.doAction('model:saved', event),
    removed: async (event) => await hooks.doAction('model:removed', event),
    related: async (event) => await hooks.doAction('model:related', event),
  };
}

/**
 * The tables of plugins, by their definitions.
 *
 * @example
 * const customers = site.models.define('customer', { fields: { name: { kind: 'string' } } });
 */
export class Models implements Owned {
  readonly owner: string;
  readonly #registry: Registry<AnyModel>;
  readonly #options: ModelsOptions;

  constructor(options: ModelsOptions, registry = new Registry<AnyModel>('model')) {
    this.#options = options;
    this.#registry = registry;
    this.owner = registry.owner;
  }

  ownedBy(owner: string): this {
    return new Models(
      { ...this.#options, database: this.#options.database.ownedBy(owner) },
      this.#registry.ownedBy(owner),
    ) as this;
  }

  removeOwner(owner: string): void {
    this.#registry.removeOwner(owner);
  }

  /**
   * Defines a model. Its table is made by a migration; `galley migrate make` writes it.
   * @throws GALLEY_MODEL_INVALID when the definition makes no sense, GALLEY_REGISTRY_DUPLICATE when the name is taken
   */
  define<const Definition extends ModelDefinition>(name: string, definition: Definition): Model<Definition> {
    const { database, hooks } = this.#options;
    const findShape = (other: string): ModelShape => this.#registry.need(other).shape;
    const parts = { database, hooks: hooks && hooksOf(hooks), findShape };
    const model = new Model<Definition>(new ModelShape(name, definition), parts);
    this.#registry.define(name, model as unknown as AnyModel);
    return model;
  }

  /** The model of this name. @throws GALLEY_REGISTRY_UNKNOWN with a suggestion */
  need(name: string): AnyModel {
    return this.#registry.need(name);
  }

  /** All models and whose they are. */
  list(): { name: string; owner: string; model: AnyModel }[] {
    return this.#registry.list().map(({ name, owner, value }) => ({ name, owner, model: value }));
  }

  /** What a migration has to do for a model to go from `before` to its definition. */
  diff(name: string, before: ModelSnapshot | undefined): MigrationSteps {
    return stepsBetween(before, this.#snapshot(name));
  }

  #snapshot(name: string): ModelSnapshot {
    return snapshotOf(this.#registry.need(name).shape, (other) => this.#registry.need(other).shape.table);
  }

  /**
   * Writes the migration from the last snapshot of an owner's models to their definitions, and the new snapshot
   * (`models.json`, beside the migrations). Read it before it runs: renamed fields need `renamedFrom`.
   * @returns the path of the migration, or undefined when nothing changed
   */
  async makeMigration(owner: string, folder: string, name?: string): Promise<string | undefined> {
    const file = join(folder, SNAPSHOTS);
    const before = await readSnapshots(file);
    const names = this.list()
      .filter((model) => model.owner === owner)
      .map((model) => model.name);
    const after = Object.fromEntries(names.map((model) => [model, this.#snapshot(model)]));
    const steps = names.map((model) => stepsBetween(before[model], this.#snapshot(model)));
    const up = steps.flatMap((step) => step.up);
    if (up.length === 0 || !this.#options.migrations) return undefined;
    const changed = names.filter((_, index) => (steps[index]?.up.length ?? 0) > 0);
    const source = migrationSource(
      owner,
      { up, down: steps.toReversed().flatMap((step) => step.down) },
      `Brings the tables of ${changed.join(', ')} in line with their models.`,
    );
    this.#options.migrations.addSource(owner, folder);
    const path = await this.#options.migrations.make(name ?? `change ${changed.join(' ')}`, owner, source);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify({ ...before, ...after }, undefined, 2)}\n`);
    return path;
  }
}

async function readSnapshots(file: string): Promise<Record<string, ModelSnapshot>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, ModelSnapshot>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/**
 * What a model has to do to the schema to go from its last snapshot to its definition: source text for `up` and `down`.
 * @param tableOf finds the tables of the models that references name
 */
export function diffModel(
  name: string,
  definition: ModelDefinition,
  before?: ModelSnapshot,
  tableOf: (model: string) => string = (model) => new ModelShape(model, { fields: {} }).table,
): MigrationSteps & { snapshot: ModelSnapshot } {
  const snapshot = snapshotOf(new ModelShape(name, definition), tableOf);
  return { ...stepsBetween(before, snapshot), snapshot };
}

/** The row whose key `field` holds, with the type of its rows: `author: belongsTo<AuthorRow>('author', 'authorId')`. */
export function belongsTo<Related = Record<string, unknown>>(model: string, field: string): BelongsTo<Related> {
  return { kind: 'belongsTo', model, field };
}

/** The rows of `model` whose `field` holds this row's key. */
export function hasMany<Related = Record<string, unknown>>(
  model: string,
  field: string,
  orderBy?: string,
): HasMany<Related> & { readonly kind: 'hasMany' } {
  return { kind: 'hasMany', model, field, ...(orderBy === undefined ? {} : { orderBy }) };
}

/** The one row of `model` whose `field` holds this row's key. */
export function hasOne<Related = Record<string, unknown>>(
  model: string,
  field: string,
): HasMany<Related> & { readonly kind: 'hasOne' } {
  return { kind: 'hasOne', model, field };
}

/** Rows of `model` that a table of pairs ties to this one. */
export function manyToMany<Related = Record<string, unknown>>(
  model: string,
  pairs: Omit<ManyToMany<Related>, 'kind' | 'model' | 'related'>,
): ManyToMany<Related> {
  return { kind: 'manyToMany', model, ...pairs };
}

/** The hooks that models fire. */
export const MODEL_HOOKS = {
  'model:saving': {
    kind: 'filter',
    summary:
      'A row of a model is about to be written, inside the transaction. Return a changed row, or throw to refuse.',
    args: { row: 'the values as they will be checked and written', event: 'the model, and the row as it was' },
  },
  'model:saved': {
    kind: 'action',
    summary: 'A row of a model was made or changed.',
    args: { event: 'the model, the row, and the row as it was' },
  },
  'model:removing': {
    kind: 'filter',
    summary:
      'A row of a model is about to be removed, inside the transaction: remove what hangs on it, or throw to refuse.',
    args: { event: 'the model and the row' },
  },
  'model:removed': {
    kind: 'action',
    summary: 'A row of a model is gone.',
    args: { event: 'the model, and the row as it was' },
  },
  'model:related': {
    kind: 'action',
    summary: 'A row of a model is tied to other rows than before (many to many), or in another order.',
    args: { event: 'the model, the key of the row, the relation, and the keys that are tied, added and removed' },
  },
} as const satisfies Record<string, HookDefinition>;

/** Makes `site.models` and defines the hooks around its writes, where the catalogue has not done so. */
export const modelsModule: Module = {
  name: 'models',
  start(site) {
    const known = new Set(site.hooks.list().map((hook) => hook.name as string));
    for (const [name, definition] of Object.entries(MODEL_HOOKS))
      if (!known.has(name)) site.hooks.define(name, definition);
    attach(site, 'models', new Models({ database: site.database, hooks: site.hooks, migrations: site.migrations }));
  },
};

declare module '../kernel/hooks.ts' {
  interface Hooks {
    'model:saving': FilterHook<Record<string, unknown>, [event: ModelEvent]>;
    'model:saved': ActionHook<[event: ModelEvent]>;
    'model:removing': FilterHook<ModelEvent>;
    'model:removed': ActionHook<[event: ModelEvent]>;
    'model:related': ActionHook<[event: ModelRelatedEvent]>;
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Tables of plugins, by their definitions. */
    readonly models: Models;
  }
}
