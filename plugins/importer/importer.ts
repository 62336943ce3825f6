import { GalleyError, type Site, type Viewer } from 'galley';
import { type ExportOptions, exportWxr } from './exporter.ts';
import { importWxr } from './import.ts';
import { MadeThings } from './import-made.ts';
import type { ImportOptions, ImportRun } from './import-options.ts';
import type { ImportReport } from './import-report.ts';
import { surveyWxr, type WxrSurvey } from './survey.ts';

/** Moves sites in and out. The service `importer`; whoever calls, what he may is checked here. */
export class Importer {
  readonly #site: Site;
  /** What each import made. */
  readonly made: MadeThings;

  constructor(site: Site) {
    this.#site = site;
    this.made = new MadeThings(site);
  }

  /**
   * Reads an export to its end and tells what is in it. Stores nothing.
   * @throws GALLEY_PERMISSION_DENIED without `import` | GALLEY_IMPORT_INVALID with file and line | GALLEY_FILE_UNKNOWN
   */
  async check(
    file: string,
    { viewer, maxBytes, signal }: { viewer: Viewer; maxBytes?: number; signal?: AbortSignal },
  ): Promise<WxrSurvey> {
    demand(viewer, 'import');
    return surveyWxr(file, maxBytes, signal);
  }

  /**
   * Brings an export in. Runs again without doubling anything, and goes on where it was stopped or killed.
   * @throws GALLEY_PERMISSION_DENIED without `import`, or where the viewer may not write what is in it
   * @throws GALLEY_IMPORT_INVALID with file and line, before anything is stored | GALLEY_FILE_UNKNOWN | GALLEY_USER_UNKNOWN
   * @example await site.services.use('importer').run('export.xml', { media: 'uploads' }, { viewer })
   */
  async run(file: string, options: ImportOptions, run: ImportRun): Promise<ImportReport> {
    demand(run.viewer, 'import');
    const work = (): Promise<ImportReport> => importWxr(this.#site, file, options, run);
    return run.mark === undefined || options.dryRun ? work() : this.made.remember(run.mark, work);
  }

  /**
   * The site, or a part of it, as WXR 1.2, in pieces of text.
   * @throws GALLEY_PERMISSION_DENIED without `export`
   */
  export(options: ExportOptions): AsyncGenerator<string> {
    demand(options.viewer, 'export');
    return exportWxr(this.#site, options);
  }
}

function demand(viewer: Viewer, capability: 'import' | 'export'): void {
  if (!viewer.can(capability))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not ${capability} content: that needs "${capability}".`);
}

declare module 'galley' {
  interface Services {
    importer: Importer;
  }
}
