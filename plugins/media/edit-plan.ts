import { GalleyError } from 'galley';

/** A part of a picture, as shares of its width and height. */
export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How a picture is made from its upload: turned, mirrored, then cut. */
export interface EditPlan {
  /** Clockwise, in degrees. */
  rotate: 0 | 90 | 180 | 270;
  flipX: boolean;
  flipY: boolean;
  /** Of the turned and mirrored picture; null for all of it. */
  crop: Part | null;
}

/** What is done to a picture that nobody has edited. */
export const NO_EDIT: EditPlan = { rotate: 0, flipX: false, flipY: false, crop: null };
const SMALLEST = 0.001;

/** Whether a plan changes anything. */
export function isIdle({ rotate, flipX, flipY, crop }: EditPlan): boolean {
  return rotate === 0 && !flipX && !flipY && (crop === null || (crop.width >= 1 && crop.height >= 1));
}

const share = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

/** The plan that a value means. @throws GALLEY_INPUT_INVALID */
export function readPlan(value: unknown): EditPlan {
  const plan = (typeof value === 'object' && value !== null ? value : {}) as Partial<EditPlan>;
  const { rotate = 0, flipX = false, flipY = false, crop = null } = plan;
  const isSound =
    [0, 90, 180, 270].includes(rotate) && (crop === null || [crop.x, crop.y, crop.width, crop.height].every(share));
  if (!isSound || (crop && (crop.width < SMALLEST || crop.height < SMALLEST)))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'The part of the picture lies outside of it, or is too small.');
  const cut = crop && {
    x: crop.x,
    y: crop.y,
    width: Math.min(crop.width, 1 - crop.x),
    height: Math.min(crop.height, 1 - crop.y),
  };
  if (cut && (cut.width < SMALLEST || cut.height < SMALLEST))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'The part of the picture lies outside of it, or is too small.');
  return { rotate, flipX: flipX === true, flipY: flipY === true, crop: cut };
}

/** Where the part that a plan keeps lies in the upload, before it is turned and mirrored. */
export function partOfUpload({ rotate, flipX, flipY, crop }: EditPlan): Part {
  const { x, y, width, height } = crop ?? { x: 0, y: 0, width: 1, height: 1 };
  const left = flipX ? 1 - x - width : x;
  const top = flipY ? 1 - y - height : y;
  if (rotate === 90) return { x: top, y: 1 - left - width, width: height, height: width };
  if (rotate === 180) return { x: 1 - left - width, y: 1 - top - height, width, height };
  if (rotate === 270) return { x: 1 - top - height, y: left, width: height, height: width };
  return { x: left, y: top, width, height };
}

/** A part in whole pixels, never outside of the picture and never empty. */
export function pixelsOf(
  part: Part,
  image: { width: number; height: number },
): { left: number; top: number; width: number; height: number } {
  const left = Math.min(image.width - 1, Math.max(0, Math.round(part.x * image.width)));
  const top = Math.min(image.height - 1, Math.max(0, Math.round(part.y * image.height)));
  const width = Math.max(1, Math.min(image.width - left, Math.round(part.width * image.width)));
  const height = Math.max(1, Math.min(image.height - top, Math.round(part.height * image.height)));
  return { left, top, width, height };
}

/** The largest part of a picture that has a shape, as near to the focal point as it can be. */
export function partAround(
  focal: { x: number; y: number },
  image: { width: number; height: number },
  shape: { width: number; height: number },
): Part {
  const scale = Math.min(image.width / shape.width, image.height / shape.height);
  const width = (shape.width * scale) / image.width;
  const height = (shape.height * scale) / image.height;
  const place = (at: number, size: number): number => Math.min(1 - size, Math.max(0, at - size / 2));
  return { x: place(focal.x, width), y: place(focal.y, height), width, height };
}
