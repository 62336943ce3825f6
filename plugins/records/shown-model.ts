import {
  GalleyError,
  type ModelAdmin,
  type ModelDefinition,
  type ModelField,
  type ScreenContext,
  type Site,
  titleFieldOf,
  type Viewer,
} from 'galley';

/** The key of a row: a number, or a UUID. */
export type Key = string | number;

/** A row of whatever model. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: Key };

/** What is asked of a model whose fields are only known while it runs. */
interface Rows {
  list(options: {
    where?: object;
    orderBy?: readonly string[];
    limit?: number;
    after?: string | undefined;
    with?: readonly string[];
  }): Promise<{ items: Row[]; next: string | undefined }>;
  find(id: Key): Promise<Row | undefined>;
  min(field: string): Promise<unknown>;
  max(field: string): Promise<unknown>;
  create(values: object): Promise<Row>;
  update(id: Key, changes: object, options?: { version?: number }): Promise<Row>;
  remove(id: Key): Promise<boolean>;
  relate(id: Key, relation: string, others: readonly Key[]): Promise<void>;
  cursorOf(row: Row, orderBy?: readonly string[]): string;
}

/** A model and what is shown of it. */
export interface KnownModel {
  name: string;
  rows: Rows;
  definition: ModelDefinition;
  fields: ReadonlyMap<string, ModelField>;
}

/** A model that has screens. */
export interface ShownModel extends KnownModel {
  admin: ModelAdmin;
}

/** Where the rows of a model are listed. */
export const urlOf = (name: string): string => `/admin/records/${name}`;

/** A model by its name. */
export function knownModel(site: Site, name: string): KnownModel {
  const model = site.models.need(name);
  const { definition, fields } = model.shape;
  return { name, definition, fields, rows: model as unknown as Rows };
}

/** The models that say how they are shown and whose rows the viewer may see, in order of registration. */
export function shownModels(site: Site, viewer: Viewer): ShownModel[] {
  return site.models.list().flatMap(({ name }) => {
    const model = knownModel(site, name);
    const { admin } = model.definition;
    return admin && viewer.can(admin.capability) ? [{ ...model, admin }] : [];
  });
}

/** The model that a screen is about. @throws GALLEY_ENTRY_UNKNOWN */
export function modelOf({ site, params }: ScreenContext): ShownModel {
  const name = params['model'] ?? '';
  if (site.models.list().some((model) => model.name === name)) {
    const model = knownModel(site, name);
    if (model.definition.admin) return { ...model, admin: model.definition.admin };
  }
  throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no such list.');
}

/** Whether the viewer may see and change the rows that a screen is about. */
export const mayUse = (page: ScreenContext): boolean => page.viewer.can(modelOf(page).admin.capability);

/** The field that names a row: the one that the model says, or its first line of text. */
export const titleField = ({ definition }: KnownModel): string | undefined => titleFieldOf(definition);

/** What a row is called. */
export function titleOf(model: KnownModel, row: Row): string {
  const field = titleField(model);
  const title = field === undefined ? '' : String(row[field] ?? '').trim();
  return title || `#${row.id}`;
}

/** The row that a screen is about, unless somebody deleted it. */
export async function findRow({ params }: ScreenContext, { rows, definition }: ShownModel): Promise<Row | undefined> {
  const id = params['id'] ?? '';
  const isKey = definition.key === 'uuid' ? /^[\da-f-]{36}$/.test(id) : /^[1-9]\d{0,14}$/.test(id);
  return isKey ? rows.find(definition.key === 'uuid' ? id : Number(id)) : undefined;
}

/** The row that a screen is about. @throws GALLEY_ENTRY_UNKNOWN */
export async function rowOf(page: ScreenContext, model: ShownModel): Promise<Row> {
  const row = await findRow(page, model);
  if (!row) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'It is not there any more.');
  return row;
}

/** What a field is called. */
export function labelOf(name: string, { label }: Partial<Pick<ModelField, 'label'>>): string {
  if (label !== undefined) return label;
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
