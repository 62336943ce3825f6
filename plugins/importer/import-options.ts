import type { Viewer } from 'galley';

/** How an export is brought in. */
export interface ImportOptions {
  /**
   * Who gets what the authors of the export wrote. `create`: users with the same login, made where absent, with the
   * role author and without a password. `skip`: nobody. A map: logins of the export to logins of this site; those
   * that it does not name are made.
   */
  authors?: 'create' | 'skip' | Readonly<Record<string, string>>;
  /** Login of the one user who gets everything. */
  author?: string;
  /** Folder with the files, laid out as WordPress's uploads folder is. */
  media?: string;
  /** Whether files that are not in the folder are fetched from the old site. */
  fetch?: boolean;
  /** Hosts that files may be fetched from, besides those of the old site. `*.example.org` takes all below it. */
  hosts?: readonly string[];
  /** Only tells what would happen. */
  dryRun?: boolean;
  /** Bytes of the export, at most. */
  maxBytes?: number;
  /** A name for where it comes from, to keep apart exports of sites with the same address. */
  source?: string;
}

/** What an import is doing: reading items, bringing files, or putting links right. */
export type ImportPhase = 'items' | 'files' | 'links';

/** Who imports, and who wants to know how far it is. */
export interface ImportRun {
  viewer: Viewer;
  /** Told after each step; the total is 0 where it is not known. */
  progress?: (done: number, total: number, phase: ImportPhase) => void;
  /** Names the run, so that what it makes can be taken back. */
  mark?: string;
  /** Stops after the item at hand; a later run goes on there. */
  signal?: AbortSignal;
}
