import { type ModelField, type ScreenContext, type Table, zonedParts, zonedTime } from 'galley';
import { choicesOf, referenceChoices } from './record-fields.ts';
import { labelOf, type ShownModel } from './shown-model.ts';

type Select = NonNullable<Table['selects']>[number];
type Option = Select['options'][number];

const NARROWING: ReadonlySet<ModelField['kind']> = new Set(['enum', 'boolean', 'reference', 'date', 'datetime']);

/** The fields that a list is narrowed by: those that the model names, or all of the right kind that have an index. */
function narrowing({ definition, fields, admin }: ShownModel): [name: string, field: ModelField][] {
  const names = admin.filters ?? Object.keys(definition.fields).filter((name) => fields.get(name)?.index);
  return names.flatMap((name): [string, ModelField][] => {
    const field = fields.get(name);
    return field && NARROWING.has(field.kind) ? [[name, field]] : [];
  });
}

/** The parameters of the address that narrow a list, as they were asked for. */
export function askedFilters(page: ScreenContext, model: ShownModel): Record<string, string> {
  const asked = narrowing(model).map(([name]) => [`filter.${name}`, page.text(`filter.${name}`)]);
  return Object.fromEntries(asked.filter(([, value]) => value !== ''));
}

/** The conditions that they mean; what means nothing is left out. */
export async function conditionsOf(page: ScreenContext, model: ShownModel): Promise<Record<string, unknown>> {
  const zone = await page.site.options.get<string>('timezone');
  const asked = narrowing(model).map(([name, field]) => [name, conditionOf(field, page.text(`filter.${name}`), zone)]);
  return Object.fromEntries(asked.filter(([, condition]) => condition !== undefined));
}

function conditionOf(field: ModelField, value: string, zone: string): unknown {
  switch (field.kind) {
    case 'enum':
      return field.choices?.includes(value) ? value : undefined;
    case 'boolean':
      return value === '1' || value === '0' ? value === '1' : undefined;
    case 'reference':
      if (field.toUuid) return /^[\da-f-]{36}$/.test(value) ? value : undefined;
      return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
    default:
      return periodOf(field, value, zone);
  }
}

const two = (number: number): string => String(number).padStart(2, '0');

/** A year (`2026`) or a month (`2026-03`) as bounds. */
function periodOf({ kind }: ModelField, value: string, zone: string): unknown {
  const [, years, months] = /^(\d{4})(?:-(0[1-9]|1[0-2]))?$/.exec(value) ?? [];
  if (years === undefined) return undefined;
  const year = Number(years);
  const month = Number(months ?? 1);
  const next =
    months === undefined
      ? { year: year + 1, month: 1 }
      : { year: year + (month === 12 ? 1 : 0), month: (month % 12) + 1 };
  const start = (at: { year: number; month: number }): string | number =>
    kind === 'date'
      ? `${String(at.year).padStart(4, '0')}-${two(at.month)}-01`
      : (zonedTime(zone, { ...at, day: 1, hour: 0, minute: 0, second: 0 }) ?? 0);
  return { gte: start({ year, month }), lt: start(next) };
}

/** The selects above the list. */
export async function selectsOf(page: ScreenContext, model: ShownModel): Promise<Select[]> {
  const selects = await Promise.all(
    narrowing(model).map(async ([name, field]): Promise<Select | undefined> => {
      const choices = await optionsOf(page, model, { name, field });
      if (!choices) return undefined;
      const asked = page.text(`filter.${name}`);
      const options = [['', page.t('All')], ...choices].map(
        ([value = '', label = '']): Option => ({ value, label, selected: value === asked }),
      );
      return { name: `filter.${name}`, label: labelOf(name, field), options };
    }),
  );
  return selects.filter((select) => select !== undefined);
}

async function optionsOf(
  page: ScreenContext,
  model: ShownModel,
  { name, field }: { name: string; field: ModelField },
): Promise<string[][] | undefined> {
  switch (field.kind) {
    case 'enum':
      return Object.entries(choicesOf(field)).map(([value, label]) => [value, page.t(label)]);
    case 'boolean':
      return [
        ['1', page.t('Yes')],
        ['0', page.t('No')],
      ];
    case 'reference':
      return Object.entries((await referenceChoices(page.site, field)) ?? {});
    default:
      return periods(page, model, { name, field });
  }
}

/** The years that there are, and the months of the one that is looked at. */
async function periods(
  page: ScreenContext,
  { rows }: ShownModel,
  { name, field }: { name: string; field: ModelField },
): Promise<string[][] | undefined> {
  const zone = await page.site.options.get<string>('timezone');
  const [from, to] = await Promise.all([rows.min(name), rows.max(name)]);
  if (from === null || to === null) return undefined;
  const yearOf = (value: unknown): number =>
    field.kind === 'date' ? Number(String(value).slice(0, 4)) : zonedParts(Number(value), zone).year;
  const [first, last] = [yearOf(from), yearOf(to)];
  const years = Array.from({ length: Math.min(last - first + 1, 100) }, (_, at) => last - at);
  const looked = Number(page.text(`filter.${name}`).slice(0, 4));
  const month = new Intl.DateTimeFormat(page.language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return years.flatMap((year) => [
    [String(year), String(year)],
    ...(year === looked
      ? Array.from({ length: 12 }, (_, at) => [`${year}-${two(at + 1)}`, month.format(Date.UTC(year, at, 1))])
      : []),
  ]);
}
