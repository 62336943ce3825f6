import { type Entry, isGalleyError, type Reply, type ScreenContext } from 'galley';
import { actOnListed, MOVE_BACK, placesText, reasonsOf } from './admin-acts.ts';
import type { BulkResult, FormerPlace } from './changes.ts';
import type { Library } from './library.ts';

const MAX = 200;

/** Takes the uploaded files; those that are refused are named, the others come in. */
export async function upload(page: ScreenContext, { media }: Library): Promise<Reply> {
  const uploads = (await page.context.files()).filter(({ field }) => field === 'files');
  const folderId = /^\d{1,15}$/.test(page.value('folder')) ? Number(page.value('folder')) : null;
  const back = folderId ? `/media?folder=${folderId}` : '/media';
  if (uploads.length === 0) return page.redirect(back, { kind: 'warning', text: page.t('Choose files first.') });
  const taken: Entry[] = [];
  const refusals: string[] = [];
  for (const { path, filename, type } of uploads) {
    try {
      const options = { viewer: page.viewer, folderId: folderId || null };
      taken.push(await media.receive({ path, name: filename, declaredType: type }, options));
    } catch (error) {
      if (!isGalleyError(error) || error.status >= 500) throw error;
      refusals.push(`${filename}: ${page.t(error.message)}`);
    }
  }
  const [only] = taken;
  if (only && taken.length === 1 && refusals.length === 0) {
    const text = page.t('The file is in the library. Say what it shows.');
    return page.redirect(`/media/${only.id}`, { kind: 'success', text });
  }
  const count = uploads.length;
  const came = page.t('{taken} of {count} files are in the library.', { taken: taken.length, count });
  const kind = refusals.length > 0 ? 'warning' : 'success';
  return page.redirect(back, { kind, text: [came, ...refusals].join(' ') });
}

/** Does one thing with the files that are ticked: what the list sends is an action of the list, the grid has buttons. */
export async function bulk(page: ScreenContext, library: Library): Promise<Reply> {
  const { changes } = library;
  const ids = (page.values.get('ids') ?? [])
    .flatMap((list) => list.split(','))
    .filter((id) => /^\d{1,15}$/.test(id))
    .map(Number)
    .slice(0, MAX);
  const back = backOf(page);
  if (page.values.has('action')) return actOnListed(page, library, back);
  if (ids.length === 0) return page.redirect(back, { kind: 'warning', text: page.t('Tick files first.') });
  const { viewer } = page;
  const folder = /^\d{1,15}$/.test(page.value('to')) ? Number(page.value('to')) : null;
  switch (page.value('act')) {
    case 'move':
      return toldOfMove(page, back, await changes.move(ids, folder || null, viewer));
    case 'credit':
      return told(
        page,
        back,
        await changes.describe(ids, { credit: page.value('credit').slice(0, 300) }, viewer),
        'The credit of {count} files is saved.',
        'The credit of {count} file is saved.',
      );
    case 'trash':
      return toldOfTrash(page, back, await changes.trash(ids, viewer));
    case 'restore':
      return told(page, back, await changes.restore(ids, viewer), '{count} files are back.', '{count} file is back.');
    case 'remove':
      return told(
        page,
        back,
        await changes.remove(ids, viewer),
        '{count} files deleted for good.',
        '{count} file deleted for good.',
      );
    default:
      return page.redirect(back, { kind: 'warning', text: page.t('Choose what to do with the files.') });
  }
}

/** Only back into the library. */
function backOf(page: ScreenContext): string {
  const back = page.value('back');
  return /^\/admin\/media(\?[\w=&%.-]*)?$/.test(back) ? back : '/admin/media';
}

function told(page: ScreenContext, back: string, result: BulkResult, many: string, one: string): Reply {
  const count = result.done.length;
  const done = count > 0 ? [page.t(many, { count }, { one })] : [];
  const reasons = reasonsOf(page, result.refused);
  const kind = reasons.length > 0 ? 'warning' : 'success';
  return page.redirect(back, { kind, text: [...done, ...reasons].join(' ') });
}

function toldOfMove(page: ScreenContext, back: string, result: BulkResult & { from: FormerPlace[] }): Reply {
  const count = result.done.length;
  if (result.refused.length > 0 || count === 0)
    return told(page, back, result, '{count} files moved.', '{count} file moved.');
  const values = { action: MOVE_BACK, back, ids: result.done.join(','), places: placesText(result.from) };
  return page.redirect(back, {
    kind: 'success',
    text: page.t('{count} files moved.', { count }, { one: '{count} file moved.' }),
    undo: { label: page.t('Undo'), action: '/admin/media/bulk', values },
  });
}

function toldOfTrash(page: ScreenContext, back: string, { done, refused }: BulkResult): Reply {
  const count = done.length;
  if (refused.length > 0 || count === 0)
    return told(page, back, { done, refused }, '{count} files moved to the trash.', '{count} file moved to the trash.');
  const text = page.t('{count} files moved to the trash.', { count }, { one: '{count} file moved to the trash.' });
  const values = { act: 'restore', back, ids: done.join(',') };
  return page.redirect(back, {
    kind: 'success',
    text,
    undo: { label: page.t('Undo'), action: '/admin/media/bulk', values },
  });
}
