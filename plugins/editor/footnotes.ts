import { type Entry, type FormValues, GalleyError, type Site, sanitizeHtmlFragment } from 'galley';

/** Where what footnotes say is kept, as in WordPress: a list in the order of their marks. */
const META = 'footnotes';
/** The field of the form. */
const FIELD = 'footnotes';
const MAX_NOTES = 1000;
const MAX_LENGTH = 400_000;
const ID = /^[\w-]{1,100}$/;

interface Footnote {
  content: string;
  id: string;
}

function isFootnote(value: unknown): value is Footnote {
  const { content, id } = (value ?? {}) as Partial<Footnote>;
  return typeof content === 'string' && typeof id === 'string' && ID.test(id);
}

/** Reads what was sent, and cleans what it says. @throws GALLEY_INPUT_INVALID */
function readFootnotes(json: string): Footnote[] {
  const wrong = new GalleyError('GALLEY_INPUT_INVALID', 'The footnotes could not be read.');
  if (json.trim() === '') return [];
  if (json.length > MAX_LENGTH) throw wrong;
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    throw wrong;
  }
  if (!Array.isArray(list) || list.length > MAX_NOTES || !list.every(isFootnote)) throw wrong;
  return list.map(({ content, id }) => ({ content: sanitizeHtmlFragment(content), id }));
}

async function storedFootnotes(site: Site, id: number): Promise<string> {
  return (await site.meta.of('entry', [id], [META])).get(id)?.[META]?.[0] ?? '';
}

/** What the form shows of the footnotes of an entry: what was typed, else what is stored. */
export async function shownFootnotes(
  site: Site,
  { entry, content, typed }: { entry: Entry | undefined; content: string; typed?: FormValues },
): Promise<string> {
  const sent = typed?.get(FIELD)?.[0];
  if (sent !== undefined) return sent;
  const mayHave = /data-fn=|<!-- wp:(core\/)?footnotes/.test(content);
  return entry && mayHave ? storedFootnotes(site, entry.id) : '';
}

/** Saves the footnotes that were typed together with their entry. A form without them changes none. */
export function takeFootnotes(site: Site): void {
  site.hooks.addFilter(
    'entry-form:sent',
    async (draft, { page, entry }) => {
      if (!page.values.has(FIELD)) return draft;
      const json = page.value(FIELD);
      if (entry && json === (await storedFootnotes(site, entry.id))) return draft;
      const notes = readFootnotes(json);
      return { ...draft, meta: { ...draft.meta, [META]: notes.length === 0 ? [] : [JSON.stringify(notes)] } };
    },
    { optional: true },
  );
}
