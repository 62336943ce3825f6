/** A file of the library, as `/admin/api/media` tells of it. */
export interface MediaItem {
  id: number;
  version: number;
  title: string;
  alt: string;
  /** HTML. */
  caption: string;
  credit: string;
  name: string;
  type: string;
  family: 'image' | 'audio' | 'video' | 'document';
  /** What people call the type: `JPEG`. */
  kind: string;
  url: string;
  /** A small picture of it; empty for what is none. */
  thumb: string;
  srcset: string;
  width: number | null;
  height: number | null;
  bytes: number;
  /** `1.4 MB`. */
  size: string;
  folder: number | null;
  status: string;
  mayEdit: boolean;
  mayDelete: boolean;
  editUrl: string;
}

/** A folder of the library. */
export interface MediaFolder {
  id: number;
  name: string;
  parentId: number | null;
  depth: number;
}
