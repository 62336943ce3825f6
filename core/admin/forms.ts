import type { FieldDefinition } from '../content/fields.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { type Control, makeControl } from './form-controls.ts';
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
  /** Empty rows to offer, by name of the repeater; one unless given. */
  spareRows?: Readonly<Record<string, number>>;
}

/**
 * The controls of a set of fields. Every kind has one that works without scripts: relations are lists with a search of
 * their own, rows are added by sending the form.
 *
 * @example
 * const controls = await makeControls(type.fields, { site, viewer, prefix: 'fields', values: entry.fields, zone });
 */
export function makeControls(fields: Record<string, FieldDefinition>, state: FormState): Promise<Control[]> {
  return Promise.all(
    Object.entries(fields).map(([name, field]) =>
      control(field, `${state.prefix}.${name}`, { ...state, value: state.values[name] }),
    ),
  );
}

async function control(
  field: FieldDefinition,
  name: string,
  state: Omit<FormState, 'values'> & { value: unknown },
): Promise<Control> {
  const { value, zone } = state;
  const search = state.searches?.[name] ?? '';
  const options = await pickerOptions(field, { site: state.site, viewer: state.viewer, value, search });
  const made = makeControl(field, { name, value, zone, search, error: state.errors?.[name], options });
  if (field.kind === 'group')
    made.controls = await makeControls(field.fields ?? {}, { ...state, prefix: name, values: recordOf(value) });
  if (field.kind === 'repeater') made.rows = await rows(field, name, state);
  return made;
}

async function rows(
  field: FieldDefinition,
  name: string,
  state: Omit<FormState, 'values'> & { value: unknown },
): Promise<Control['rows']> {
  const filled = Array.isArray(state.value) ? state.value : [];
  const spare = Math.max(state.spareRows?.[name] ?? (filled.length === 0 ? 1 : 0), 0);
  const all = [...filled, ...Array.from({ length: spare }, () => ({}))];
  return Promise.all(
    all.map(async (row: unknown, index) => ({
      label: `${field.label} ${index + 1}`,
      removeName: `${name}.${index}._remove`,
      orderName: `${name}.${index}._order`,
      order: index + 1,
      controls: await makeControls(field.fields ?? {}, { ...state, prefix: `${name}.${index}`, values: recordOf(row) }),
    })),
  );
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
  const add = form.get('_add')?.at(-1);
  const searches: Record<string, string> = {};
  for (const [name, list] of form)
    if (name.startsWith('find.')) searches[name.slice(5)] = (list.at(-1) ?? '').slice(0, 100);
  return {
    searches,
    spareRows: add === undefined ? {} : { [add]: 1 },
    isOnlyAsking: find !== undefined || add !== undefined,
  };
}
