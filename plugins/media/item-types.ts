/** A file of the library as scripts of the admin get it. */
export interface MediaItem {
  id: number;
  version: number;
  title: string;
  alt: string;
  /** HTML. */
  caption: string;
  credit: string;
  /** HTML. */
  description: string;
  /** Its name when it was uploaded. */
  name: string;
  type: string;
  /** `image`, `audio`, `video` or `document`. */
  family: string;
  /** What people call the type: `JPEG`. */
  kind: string;
  /** Name of an icon for what is no picture. */
  icon: string;
  url: string;
  /** A small picture of it; empty for what is none. */
  thumb: string;
  srcset: string;
  width: number | null;
  height: number | null;
  bytes: number;
  /** `1.4 MB`. */
  size: string;
  /** The part that crops keep, from 0 to 1. */
  focal: { x: number; y: number };
  folder: number | null;
  parentId: number | null;
  authorId: number | null;
  uploadedAt: number | null;
  /** `inherit`: seen by everybody, or with the entry it belongs to; `private`; `trash`. */
  status: string;
  mayEdit: boolean;
  mayDelete: boolean;
  editUrl: string;
}

/** Copies of a picture, where one item is asked for. */
export interface MediaSize {
  name: string;
  url: string;
  type: string;
  width: number;
  height: number;
  bytes: number;
}

/** One place where a file is used. */
export interface MediaUse {
  /** `entry:12`, `option:site_logo`. */
  source: string;
  /** `content`, `featured`, `field:hero`. */
  place: string;
  /** What it is called, where the reader may see it; else empty. */
  label: string;
  /** Where it is edited; empty where the reader may not. */
  url: string;
}

/** One file with all that is known of it. */
export interface MediaDetails extends MediaItem {
  sizes: MediaSize[];
  usage: MediaUse[];
  /** Uses that the reader may not see. */
  hiddenUses: number;
  /** Copies are still to be made. */
  isPending: boolean;
  /** Cropped, turned or mirrored; the upload itself is kept. */
  isEdited: boolean;
}

/** A page of the library. */
export interface MediaPage {
  items: MediaItem[];
  /** `after` of the next page; null at the end. */
  next: string | null;
}
