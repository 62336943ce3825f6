import { checkTermBase, GalleyError, type ScreenContext, type Site, termBases } from 'galley';

const PREFIX = 'base.';

/** The field for the beginning of the addresses of one taxonomy. */
interface BaseField {
  id: string;
  name: string;
  label: string;
  value: string;
  /** What it is unless something is typed. */
  standard: string;
}

/** The taxonomies whose addresses begin with something that can be chosen. */
function chosenBases(site: Site): { name: string; title: string; standard: string }[] {
  return site.taxonomies
    .list()
    .flatMap(({ name, value }) =>
      value.base && value.showInAdmin !== false ? [{ name, title: value.title, standard: value.base }] : [],
    );
}

/** The fields as they are stored, or as they were typed. */
export async function baseFields(page: ScreenContext): Promise<BaseField[]> {
  const stored = await termBases(page.site);
  return chosenBases(page.site).map(({ name, title, standard }) => ({
    id: `permalink-base-${name}`,
    name: PREFIX + name,
    label: title,
    value: page.values.get(PREFIX + name)?.at(-1) ?? (stored.get(name) === standard ? '' : (stored.get(name) ?? '')),
    standard,
  }));
}

/** What was typed, as the option keeps it. @throws GALLEY_INPUT_INVALID */
export async function readBases(page: ScreenContext): Promise<Record<string, string>> {
  const { site } = page;
  const bases: Record<string, string> = { ...(await site.options.get<Record<string, string>>('term_bases')) };
  for (const { name, standard } of chosenBases(site)) {
    const typed = page.values.get(PREFIX + name)?.at(-1);
    if (typed === undefined) continue;
    const base = typed.trim().replace(/^\/+|\/+$/g, '');
    await checkTermBase(site, name, base);
    if (base === '' || base === standard) delete bases[name];
    else bases[name] = base;
  }
  const all = chosenBases(site).map(({ name, standard }) => bases[name] ?? standard);
  const double = all.find((base, index) => all.indexOf(base) !== index);
  if (double !== undefined)
    throw new GalleyError('GALLEY_INPUT_INVALID', `Two kinds of terms cannot both begin with /${double}/.`);
  return bases;
}

/** What changes, in words: one line for each taxonomy. */
export async function baseChanges(page: ScreenContext, wanted: Readonly<Record<string, string>>): Promise<string[]> {
  const now = await termBases(page.site);
  return chosenBases(page.site).flatMap(({ name, title, standard }) => {
    const [before, after] = [now.get(name) ?? standard, wanted[name] ?? standard];
    if (before === after) return [];
    const words = { terms: page.t(title), before: `/${before}/…`, after: `/${after}/…` };
    return [page.t('{terms}: from {before} to {after}', words)];
  });
}
