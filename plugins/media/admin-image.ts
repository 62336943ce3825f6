import type { Entry } from 'galley';
import { NO_EDIT, readPlan } from './edit-plan.ts';
import { pathToUrl } from './file-name.ts';
import type { MediaDetails } from './item-types.ts';
import type { Library } from './library.ts';

const percent = (share: number): string => String(Math.round(share * 10_000) / 100);
const CROPPED = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']);

/** What the forms that crop, turn and focus a picture show; nothing for what is none. */
export async function imagePanels(entry: Entry, details: MediaDetails, { store }: Library): Promise<object> {
  const files = (await store.of([entry.id])).get(entry.id) ?? [];
  const original = files.find(({ variant }) => variant === 'original');
  const upload = files.find(({ variant }) => variant === 'source') ?? original;
  if (!original || !upload || !CROPPED.has(upload.type)) return { mayReplace: original !== undefined };
  const plan = planOf(entry);
  const { x, y, width, height } = plan.crop ?? { x: 0, y: 0, width: 1, height: 1 };
  return {
    mayReplace: true,
    image: {
      isEdited: details.isEdited,
      turns: [0, 90, 180, 270].map((value) => ({
        value,
        label: value === 0 ? 'Not turned' : `${value}° clockwise`,
        selected: plan.rotate === value,
      })),
      flipX: plan.flipX,
      flipY: plan.flipY,
      parts: [
        { name: 'x', label: 'From the left', value: percent(x), max: 99.9 },
        { name: 'y', label: 'From the top', value: percent(y), max: 99.9 },
        { name: 'width', label: 'Width', value: percent(width), max: 100 },
        { name: 'height', label: 'Height', value: percent(height), max: 100 },
      ],
      focal: [
        { name: 'fx', label: 'From the left', value: percent(details.focal.x) },
        { name: 'fy', label: 'From the top', value: percent(details.focal.y) },
      ],
    },
    data: { upload: pathToUrl(upload.url_path), width: upload.width, height: upload.height, picture: details.url },
  };
}

function planOf(entry: Entry) {
  try {
    return readPlan(entry.fields['edit']);
  } catch {
    return NO_EDIT;
  }
}
