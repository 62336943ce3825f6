import { holds, isFilled, rowFields } from '../content/field-conditions.ts';
import type { FieldDefinition, Fields } from '../content/field-types.ts';
import { fieldsFor } from '../content/fields.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { type Control, type ControlRow, makeControl } from './form-controls.ts';
import { pickerOptions } from './form-pickers.ts';
import type { ErrorSummaryItem, FormErrors } from './form-words.ts';

/** What controls are made from besides the definitions of their fields. */
export interface FormState {
  site: Site;
  viewer: Viewer;
  /** What the names of the controls begin with, such as `fields`. */
  prefix: string;
  values: Readonly<Record<string, unknown>>;
  errors?: FormErrors;
  /** The site's zone, in which moments are typed. */
  zone: string;
  /** What was typed into the search of each picker, by name of the control. */
  searches?: Readonly<Record<string, string>>;
  /** Empty rows to offer, by name of the repeater; for a `flexible` field with the layout behind a `:`. */
  spareRows?: Readonly<Record<string, number>>;
  /** The names of those to make controls for; all unless given. Conditions may name the others too. */
  only?: readonly string[];
  /**
   * For forms of many rows with many controls: a row brings those that count for what it holds. Scripts take the others
   * from the empty row that stands in the page once; without scripts they are there after the form was sent.
   */
  isSparse?: boolean;
}

/** How deep in rows a control stands; whether it belongs to a row that is only offered to scripts. */
interface Place {
  depth: number;
  isInside: boolean;
  isBlank: boolean;
  /** Whether it stands in a row that brings only what counts. */
  isSparseRow: boolean;
}

type ControlState = Omit<FormState, 'values' | 'only'> & Place & { value: unknown; beside: Fields };

/** Stands in the names of a blank row for the number that it gets when a script adds it. One for each level. */
const BLANK_INDEX = '__row';
const MAX_BLANK_DEPTH = 3;
const MAX_SPARSE_DEPTH = 2;

/**
 * The controls of a set of fields: those that the viewer may see, and those that he may not change as text. Every kind
 * has one that works without scripts: relations are lists with a search of their own, rows are added by sending the form.
 *
 * @example
 * const controls = await makeControls(type.fields, { site, viewer, prefix: 'fields', values: entry.fields, zone });
 */
export function makeControls(fields: Fields, state: FormState): Promise<Control[]> {
  const place = { depth: 0, isInside: false, isBlank: false, isSparseRow: false };
  return controlsOf(fieldsFor(fields, state.viewer, 'read'), { ...state, ...place });
}

function controlsOf(fields: Fields, state: FormState & Place): Promise<Control[]> {
  const { values, only, ...rest } = state;
  return Promise.all(
    Object.entries(fields)
      .filter(([name]) => only?.includes(name) ?? true)
      .filter(([name]) => !state.isSparseRow || counts(fields, name, state))
      .map(([name, field]) =>
        control(field, `${state.prefix}.${name}`, { ...rest, value: values[name], beside: fields }),
      ),
  );
}

/** Whether a control is there for what the row holds. One that is wrong, or holds something, always is. */
function counts(fields: Fields, name: string, { values, errors = {}, prefix }: FormState): boolean {
  const { showIf } = fields[name] ?? {};
  const other = showIf && values[showIf.field];
  // What is not chosen yet may become anything.
  if (!showIf || other === undefined || other === null || holds(showIf, other) || isFilled(values[name])) return true;
  return Object.keys(errors).some((wrong) => `${wrong}.`.startsWith(`${prefix}.${name}.`));
}

async function control(field: FieldDefinition, name: string, state: ControlState): Promise<Control> {
  const { site, viewer, value, zone, beside, isBlank, isInside } = state;
  const search = state.searches?.[name] ?? '';
  const isFixed = !isInside && field.writable !== undefined && !viewer.can(field.writable);
  // A script looks for itself.
  const options = isBlank ? undefined : await pickerOptions(field, { site, viewer, value, search });
  const error = state.errors?.[name];
  const made = makeControl(field, { name, value, zone, search, error, options, prefix: state.prefix, beside, isFixed });
  if (isFixed) return withNames(made);
  // The condition in words is for those without scripts, who never see an empty row that scripts add.
  if (isBlank) delete made.conditionWords;
  if (field.kind === 'group')
    made.controls = await controlsOf(field.fields ?? {}, {
      ...state,
      isInside: true,
      isSparseRow: false,
      prefix: name,
      values: recordOf(value),
    });
  if (made.control !== 'rows') return made;
  const [rows, blanks] = await Promise.all([rowsOf(field, name, state), blanksOf(field, name, state)]);
  return { ...made, rows, blanks };
}

/** A picker that is only shown tells what is chosen by name. */
function withNames(made: Control): Control {
  const chosen = made.options.filter(({ selected, value }) => selected && value !== '').map(({ label }) => label);
  return chosen.length > 0 ? { ...made, value: chosen.join(', ') } : made;
}

async function rowsOf(field: FieldDefinition, name: string, state: ControlState): Promise<ControlRow[]> {
  const filled: unknown[] = Array.isArray(state.value) ? state.value : [];
  const all = [...filled, ...spareRows(field, name, filled.length, state)];
  return Promise.all(all.map((row, index) => rowOf(field, `${name}.${index}`, { state, row: recordOf(row), index })));
}

function spareRows(
  field: FieldDefinition,
  name: string,
  filled: number,
  { spareRows: spare = {}, isSparse, isInside }: ControlState,
): Record<string, unknown>[] {
  if (field.kind === 'flexible')
    return Object.keys(field.layouts ?? {}).flatMap((layout) => (spare[`${name}:${layout}`] ? [{ layout }] : []));
  const offered = field.kind === 'repeater' && filled === 0 && !(isSparse && isInside) ? 1 : 0;
  return Array.from({ length: Math.max(spare[name] ?? offered, 0) }, () => ({}));
}

async function rowOf(
  field: FieldDefinition,
  name: string,
  { state, row, index }: { state: ControlState; row: Record<string, unknown>; index: number },
): Promise<ControlRow> {
  const layout = field.kind === 'flexible' ? String(row['layout'] ?? '') : '';
  const label = field.layouts?.[layout]?.label ?? field.rowLabel ?? field.label;
  const fields = field.kind === 'children' ? (field.fields ?? {}) : rowFields(field, row);
  const isSparseRow = state.isSparse === true && !state.isBlank && state.depth < MAX_SPARSE_DEPTH;
  const inside = { ...state, prefix: name, values: row, isInside: true, depth: state.depth + 1, isSparseRow };
  const controls = await controlsOf(fields, inside);
  return {
    label,
    layout,
    name,
    removeName: `${name}._remove`,
    orderName: `${name}._order`,
    order: index + 1,
    isRemoved: row['_remove'] === true,
    hidden: [
      ...(layout ? [{ name: `${name}.layout`, value: layout }] : []),
      ...['_id', '_version'].flatMap((part) =>
        row[part] === undefined ? [] : [{ name: `${name}.${part}`, value: String(row[part]) }],
      ),
    ],
    controls,
    isPartial: isSparseRow && controls.length < Object.keys(fields).length,
    hasError: Object.keys(state.errors ?? {}).some((other) => other.startsWith(`${name}.`)),
  };
}

/** An empty row of each layout, for scripts to add or to complete others from. Very deep ones are added by sending the form. */
async function blanksOf(field: FieldDefinition, name: string, state: ControlState): Promise<ControlRow[]> {
  const { isSparse, isInside, isBlank } = state;
  if (state.depth >= (isSparse ? MAX_SPARSE_DEPTH : MAX_BLANK_DEPTH)) return [];
  // It stands in the empty row of the rows around already.
  if (isSparse && isInside && !isBlank) return [];
  const rows = field.kind === 'flexible' ? Object.keys(field.layouts ?? {}).map((layout) => ({ layout })) : [{}];
  const blank = { ...state, errors: {}, searches: {}, spareRows: {}, isBlank: true };
  const place = `${name}.${BLANK_INDEX}${state.depth}__`;
  return Promise.all(rows.map((row) => rowOf(field, place, { state: blank, row, index: 0 })));
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** All controls with those inside of groups and rows. */
export function flatten(controls: readonly Control[]): Control[] {
  return controls.flatMap((item) => [
    item,
    ...flatten(item.controls),
    ...item.rows.flatMap((row) => flatten(row.controls)),
  ]);
}

/** The summary above a form: each mistake leads to its control. */
export function summarize(controls: readonly Control[], errors: FormErrors): ErrorSummaryItem[] {
  const known = new Map(flatten(controls).map((item) => [item.name, item]));
  return Object.entries(errors).map(([name, message]) => {
    const found = known.get(name);
    return { id: found?.id ?? '', label: found?.label ?? '', message };
  });
}

/** What a form was sent for besides being saved. */
export interface FormAsk {
  /** The searches of pickers, by name of the control. */
  searches: Record<string, string>;
  /** Empty rows to offer, by name of the repeater. */
  spareRows: Record<string, number>;
  /** Whether the form is only to be shown again: something was looked for, or a row was asked for. */
  isOnlyAsking: boolean;
}

/** Reads whether somebody pressed "Search" or "Add a row" rather than "Save". */
export function readAsk(form: ReadonlyMap<string, readonly string[]>): FormAsk {
  const find = form.get('_find')?.at(-1);
  // Which one of several layouts is chosen in a list of its own.
  const pressed = form.get('_add')?.at(-1);
  const layout = pressed === undefined ? '' : (form.get(`add.${pressed}`)?.at(-1) ?? '');
  const add = pressed === undefined || layout === '' ? pressed : `${pressed}:${layout}`;
  const searches: Record<string, string> = {};
  for (const [name, list] of form)
    if (name.startsWith('find.')) searches[name.slice(5)] = (list.at(-1) ?? '').slice(0, 100);
  return {
    searches,
    spareRows: add === undefined ? {} : { [add]: 1 },
    isOnlyAsking: find !== undefined || add !== undefined,
  };
}
