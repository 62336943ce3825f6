import type { Site } from 'galley';
import type { Media } from './media.ts';

/** Gives the files that a field may lead to their small pictures. */
export function addPickerPictures(site: Site, media: Media): void {
  site.hooks.addFilter('admin:field-options', async (options, { kind, viewer }) => {
    if (kind !== 'media' && kind !== 'file') return options;
    const ids = options.map(({ value }) => Number(value));
    const images = await media.images(ids, { viewer, size: 'thumbnail' });
    return options.map((option) => ({ ...option, picture: images.get(Number(option.value))?.src }));
  });
}
