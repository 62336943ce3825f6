import {
  diffWords,
  type FieldDefinition,
  type Fields,
  GalleyError,
  type Reply,
  type ScreenContext,
  zonedParts,
} from 'galley';
import { mergeRecord, type RecordChoice, type RecordStates, settle, type Take } from './record-merge.ts';
import { withTitles } from './record-related.ts';
import { seal, unseal } from './record-seal.ts';
import { modelOf, type Row, titleOf, urlOf } from './shown-model.ts';

type Values = Record<string, unknown>;

/** What a conflict is about: the states, and the version that was shown as theirs. */
interface Sealed extends RecordStates {
  version: number;
}

/** What was typed on a version that is not the newest any more. */
export interface Conflict {
  row: Row;
  /** The version that is shown as theirs. */
  version: number;
  fields: Fields;
  states: RecordStates;
  /** What the person is told when the choices were not complete. */
  problem?: string;
}

/** Somebody else saved meanwhile: what both changed is chosen, field by field. Nothing is lost. */
export async function showMerge(
  page: ScreenContext,
  { row, version, states, problem, ...conflict }: Conflict,
): Promise<Reply> {
  const model = modelOf(page);
  const fields = await withTitles(page.site, conflict.fields, Object.values(states));
  const zone = await page.site.options.get<string>('timezone');
  const { choices, taken } = mergeRecord(fields, states);
  const url = urlOf(model.name);
  const sealed: Sealed = { ...states, version };
  const named = ({ key, field }: Pick<RecordChoice, 'key' | 'field'>): string => nameOf(page, { key, field }, states);
  return page.view(
    'records/merge',
    {
      title: page.t('Put both together'),
      breadcrumbs: [
        { label: model.admin.plural, url },
        { label: titleOf(model, row), url: `${url}/${row.id}` },
      ],
      when: row['updatedAt'] ?? 0,
      problem,
      count: choices.length,
      taken: taken.map(named),
      choices: choices.map((choice) => ({ label: named(choice), key: choice.key, ...sidesOf(page, choice, zone) })),
      state: seal(page, sealed),
      formUrl: `${url}/${row.id}`,
    },
    { status: 409 },
  );
}

function nameOf(
  page: ScreenContext,
  { key, field }: Pick<RecordChoice, 'key' | 'field'>,
  states: RecordStates,
): string {
  if (field.kind !== 'group') return page.t(field.label);
  const [name = '', id = ''] = key.split('.');
  const place = [states.theirs[name], states.mine[name]]
    .map((rows) => ((rows ?? []) as Values[]).findIndex(({ _id }) => String(_id) === id))
    .find((at) => at >= 0);
  return page.t('{name} (row {number})', { name: page.t(field.label), number: (place ?? 0) + 1 });
}

function sidesOf(
  page: ScreenContext,
  { field, base, theirs, mine }: RecordChoice,
  zone: string,
): { theirs: ReturnType<typeof diffWords>; mine: ReturnType<typeof diffWords> } {
  const words = (value: unknown): string => describe(page, { field, value, zone });
  const side = (value: unknown): ReturnType<typeof diffWords> =>
    diffWords(base === undefined ? words(value) : words(base), words(value));
  return { theirs: side(theirs), mine: side(mine) };
}

/** A value in words. */
function describe(
  page: ScreenContext,
  { field, value, zone }: { field: FieldDefinition; value: unknown; zone: string },
): string {
  if (field.kind === 'boolean' && value !== null) return page.t(value === true ? 'Yes' : 'No');
  if (value === null || value === undefined || value === '') return page.t('nothing');
  if (field.kind === 'select') return page.t(field.choices?.[String(value)] ?? String(value));
  if (field.kind === 'datetime') return moment(String(value), zone);
  if (field.kind === 'relation')
    return (
      [value]
        .flat()
        .map((id) => field.choices?.[String(id)] ?? `#${id}`)
        .join(', ') || page.t('nothing')
    );
  if (field.kind === 'group')
    return Object.entries(field.fields ?? {})
      .map(([name, inner]) => {
        const said = describe(page, { field: inner, value: (value as Values)[name], zone });
        return `${page.t(inner.label)}: ${said}`;
      })
      .join('\n');
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value);
}

function moment(value: string, zone: string): string {
  if (Number.isNaN(Date.parse(value))) return value;
  const { year, month, day, hour, minute } = zonedParts(Date.parse(value), zone);
  const [, ...rest] = [year, month, day, hour, minute].map((part) => String(part).padStart(2, '0'));
  return `${year}-${rest[0]}-${rest[1]} ${rest[2]}:${rest[3]}`;
}

/** What was decided on the merge screen. */
export interface Decided {
  states: RecordStates;
  values: Values;
  /** The version that was shown as theirs. */
  version: number;
  /** How many choices are still to be made. */
  open: number;
  /** Whether the person wants to look over it in the form. */
  isToEdit: boolean;
}

/** Reads what was decided; undefined where the form is not the merge screen. @throws GALLEY_INPUT_INVALID */
export function readMerge(page: ScreenContext, fields: Fields): Decided | undefined {
  if (!page.values.has('merge.state')) return undefined;
  const sealed = unseal<Sealed>(page, page.value('merge.state'));
  if (!sealed) throw new GalleyError('GALLEY_INPUT_INVALID', 'The form is incomplete. Go back and save again.');
  const { version, ...states } = sealed;
  const takes = new Map<string, Take>();
  const { choices } = mergeRecord(fields, states);
  for (const { key } of choices) {
    const given = page.value('merge.all') || page.value(`merge.take.${key}`);
    if (given === 'theirs' || given === 'mine') takes.set(key, given);
  }
  const isToEdit = page.value('merge.then') === 'edit';
  return {
    states,
    values: settle(fields, states, takes),
    version,
    open: isToEdit ? 0 : choices.length - takes.size,
    isToEdit,
  };
}
