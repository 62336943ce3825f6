import type { Site, Viewer } from 'galley';

/** Where the file of an attachment comes from. */
export type FileSource = { path: string } | { url: string; hosts: string[] };

/** What the importer asks of whichever plugin keeps files: the service `media`. */
export interface MediaImport {
  /** Stores the file of an attachment. The entry stays where this throws a GalleyError. */
  importFile(
    entryId: number,
    source: FileSource,
    options: { name: string; viewer: Viewer; alias?: string },
  ): Promise<unknown>;
  /** The addresses of the files of attachments, with their scaled copies; those without a file are absent. */
  urlsOf(entryIds: readonly number[]): Promise<Map<number, MediaUrls>>;
  /** What uses each of these files: `entry:12`, `option:logo`. */
  sourcesOf(entryIds: readonly number[]): Promise<Map<number, string[]>>;
}

/** The address of a file and of its scaled copies. */
export interface MediaUrls {
  url: string;
  sizes: { url: string; width: number }[];
}

/** The service that keeps files, where a plugin provides it. */
export function mediaOf(site: Site): MediaImport | undefined {
  return site.services.get('media') as MediaImport | undefined;
}
