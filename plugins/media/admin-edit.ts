import { type Entry, isGalleyError, type Reply, type ScreenContext } from 'galley';
import { showFile } from './admin-file.ts';
import type { EditPlan } from './edit-plan.ts';
import type { Library } from './library.ts';

const versionOf = (page: ScreenContext): number | undefined => {
  const version = Number(page.value('version'));
  return Number.isSafeInteger(version) && version > 0 ? version : undefined;
};

/** A percentage of a form as a share; 0 to 1. */
function shareOf(page: ScreenContext, name: string, fallback: number): number {
  const text = page.value(name).trim().replace(',', '.');
  const number = Number(text) / 100;
  return text === '' || !Number.isFinite(number) ? fallback : Math.min(1, Math.max(0, number));
}

/** Runs a change and goes back to the file; what is refused is said there, above what was typed. */
async function change(page: ScreenContext, library: Library, text: string, work: () => Promise<Entry>): Promise<Reply> {
  try {
    const { id } = await work();
    return page.redirect(`/media/${id}`, { kind: 'success', text });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500 || error.status === 404) throw error;
    return showFile(page, library, { problem: error.message, status: error.status });
  }
}

/** Crops, turns and mirrors. */
export function editImage(page: ScreenContext, library: Library): Promise<Reply> {
  const options = { viewer: page.viewer, version: versionOf(page) };
  if (page.value('do') === 'original') {
    const text = page.t('The picture is as it was uploaded.');
    return change(page, library, text, () => library.edits.edit(page.id(), {}, options));
  }
  const crop = {
    x: shareOf(page, 'x', 0),
    y: shareOf(page, 'y', 0),
    width: shareOf(page, 'width', 1),
    height: shareOf(page, 'height', 1),
  };
  const isWhole = crop.x === 0 && crop.y === 0 && crop.width === 1 && crop.height === 1;
  const plan = {
    rotate: Number(page.value('rotate')) as EditPlan['rotate'],
    flipX: page.value('flipX') === '1',
    flipY: page.value('flipY') === '1',
    crop: isWhole ? null : crop,
  };
  const text = page.t('Saved. The smaller copies follow in a moment.');
  return change(page, library, text, () => library.edits.edit(page.id(), plan, options));
}

/** Moves the point that cuts keep. */
export function setFocal(page: ScreenContext, library: Library): Promise<Reply> {
  const point = { x: shareOf(page, 'fx', 0.5), y: shareOf(page, 'fy', 0.5) };
  const options = { viewer: page.viewer, version: versionOf(page) };
  return change(page, library, page.t('The focal point is saved.'), () =>
    library.edits.focus(page.id(), point, options),
  );
}

/** Puts another file in the place of this one. */
export async function replaceFile(page: ScreenContext, library: Library): Promise<Reply> {
  const [upload] = (await page.context.files()).filter(({ field }) => field === 'file');
  if (!upload) return showFile(page, library, { problem: page.t('Choose a file first.'), status: 400 });
  const file = { path: upload.path, name: upload.filename, declaredType: upload.type };
  const options = { viewer: page.viewer, version: versionOf(page), anyType: page.value('anyType') === '1' };
  const text = page.t(
    'Replaced. The address is the same; browsers that have the old file ask again within ten minutes.',
  );
  return change(page, library, text, () => library.edits.replace(page.id(), file, options));
}

/** Lets everybody see a file that had stayed hidden when what it belonged to was deleted. */
export function publishFile(page: ScreenContext, library: Library): Promise<Reply> {
  const draft = { id: page.id(), status: 'inherit' } as const;
  return change(page, library, page.t('Everybody can see the file now.'), async () => {
    await library.items.need(page.id(), page.viewer);
    return page.site.entries.save(draft, { viewer: page.viewer, version: versionOf(page) });
  });
}

/** Takes a file out of the trash. */
export function restoreFile(page: ScreenContext, library: Library): Promise<Reply> {
  return change(page, library, page.t('The file is back.'), async () => {
    await library.items.need(page.id(), page.viewer);
    return page.site.entries.restore(page.id(), { viewer: page.viewer });
  });
}
