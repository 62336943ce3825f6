import { type ContentType, type Entry, formatDate, isGalleyError, type Reply, type ScreenContext } from 'galley';
import { showForm } from './entry-form.ts';
import type { EntryValues } from './entry-values.ts';
import { whoTook } from './trash-notice.ts';
import { entryOf } from './types.ts';

/** Why an entry whose form was open cannot be saved any more. */
export type Loss = 'deleted' | 'denied';

/** The entry that was sent, or why it is out of reach by now. */
export async function reachEntry(page: ScreenContext): Promise<{ entry: Entry } | { loss: Loss }> {
  try {
    return { entry: await entryOf(page) };
  } catch (error) {
    if (isGalleyError(error, 'GALLEY_ENTRY_UNKNOWN')) return { loss: 'deleted' };
    if (isGalleyError(error, 'GALLEY_PERMISSION_DENIED')) return { loss: 'denied' };
    throw error;
  }
}

/** All that was typed, as the form of a new entry: nothing is lost with the entry that it was meant for. */
export async function showLost(
  page: ScreenContext,
  type: ContentType,
  values: EntryValues,
  loss: Loss,
): Promise<Reply> {
  const text =
    loss === 'deleted'
      ? await deletionNotice(page)
      : page.t('Not saved: You may not edit this any more. All that you typed is here, and can be saved as new.');
  return showForm(page, type, undefined, {
    values: asNew(values),
    isChanged: true,
    notices: [{ kind: 'warning', text }],
    status: loss === 'deleted' ? 409 : 403,
  });
}

async function deletionNotice(page: ScreenContext): Promise<string> {
  const who = await whoTook(page, Number(page.params['id']));
  if (!who)
    return page.t(
      'Not saved: this was deleted for good meanwhile. All that you typed is here, and can be saved as new.',
    );
  const zone = await page.site.options.get<string>('timezone');
  const when = formatDate(who.at, { zone, language: page.language, format: 'j F Y, H:i' });
  return page.t(
    'Not saved: {who} deleted this for good meanwhile ({when}). All that you typed is here, and can be saved as new.',
    { who: who.name, when },
  );
}

/** The values without what ties them to a stored entry. */
export function asNew(values: EntryValues): EntryValues {
  const rows = Object.entries(values.fields).map(([name, value]) => [
    name,
    Array.isArray(value) ? untied(value) : value,
  ]);
  return { ...values, fields: Object.fromEntries(rows), version: 0 };
}

/** Rows that are entries of their own are made anew; what was to be removed is not. */
function untied(rows: readonly unknown[]): unknown[] {
  return rows.flatMap((row) => {
    if (typeof row !== 'object' || row === null || !('_id' in row || '_remove' in row)) return [row];
    const { _id, _version, _remove, ...kept } = row as Record<string, unknown>;
    return _remove === true ? [] : [kept];
  });
}
