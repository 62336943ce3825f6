import { readFile } from 'node:fs/promises';
import { GalleyError, isGalleyError, makeControl, type Reply, type ScreenContext } from 'galley';
import type { ContentTypes } from './content-types.ts';
import type { Definitions } from './definitions.ts';
import { jsonMistake } from './json-place.ts';

const BASE = '/admin/content-types';
const IMPORT_MAX = 1_000_000;

/** The form that definitions come in by: as a file, or pasted. */
export function showImport(page: ScreenContext, typed = '', error = ''): Promise<Reply> {
  const control = makeControl(
    {
      kind: 'json',
      label: 'Definitions',
      help: 'As they were exported. What has the same key is replaced. A file goes before what is written here.',
    },
    { name: 'definitions', value: typed, zone: 'UTC', ...(error ? { error } : {}) },
  );
  return page.view(
    'content-types/import',
    {
      breadcrumbs: [{ label: page.t('Content types'), url: BASE }],
      controls: [control],
      summary: error ? [{ id: control.id, label: control.label, message: error }] : [],
      cancel: BASE,
    },
    { status: error ? 422 : 200 },
  );
}

/** What was sent: the file where there is one, else what was pasted. @throws GALLEY_INPUT_INVALID when it is too long */
async function sentText(page: ScreenContext): Promise<string> {
  const file = (await page.context.files()).find(({ field, size }) => field === 'file' && size > 0);
  const pasted = page.value('definitions');
  if ((file?.size ?? pasted.length) > IMPORT_MAX)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'This is too long: definitions have at most 1 MB.');
  return (file ? await readFile(file.path, 'utf8') : pasted).replace(/^\uFEFF/, '');
}

/** @throws GALLEY_INPUT_INVALID with the place where the text stops being JSON */
function parsed(text: string): Partial<Definitions> {
  if (text.trim() === '') throw new GalleyError('GALLEY_INPUT_INVALID', 'Choose a file, or paste definitions.');
  const place = jsonMistake(text);
  if (place)
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `This is no JSON: it cannot be read from line ${place.line}, column ${place.column} on.`,
    );
  const given: unknown = JSON.parse(text);
  if (typeof given !== 'object' || given === null || !('types' in given || 'taxonomies' in given))
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      'This is JSON, but no definitions: it has neither types nor taxonomies.',
    );
  return given as Partial<Definitions>;
}

/** What the check of all definitions says, with the place in them: `types.book.title must be string`. */
function wordsOf(error: GalleyError): string {
  const { problem } = (error.details ?? {}) as { problem?: string };
  const [, place, rest] = /^(\S+) (.+?)(?:;|$)/.exec(problem ?? '') ?? [];
  return place === undefined ? error.message : `What stands at ${place} does not fit: ${rest}.`;
}

/** Takes definitions in, or shows what is wrong with them, and where. */
export async function importAll(page: ScreenContext, contentTypes: ContentTypes): Promise<Reply> {
  const { revision } = await contentTypes.read();
  let text = '';
  try {
    text = await sentText(page);
    await contentTypes.importAll(parsed(text), { revision });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return showImport(page, text, wordsOf(error));
  }
  return page.redirect('/content-types', { kind: 'success', text: page.t('Imported. It is live.') });
}
