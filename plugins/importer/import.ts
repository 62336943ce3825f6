import { basename } from 'node:path';
import { loadPermalinks, type Site } from 'galley';
import { AuthorMap } from './author-map.ts';
import { CommentImport } from './comment-import.ts';
import { FileImport } from './file-import.ts';
import { FixUp, type FixUpParts } from './fix-up.ts';
import type { ImportOptions, ImportPhase, ImportRun } from './import-options.ts';
import { ImportReport } from './import-report.ts';
import { ImportStore, sourceOf } from './import-store.ts';
import { ItemBatch } from './item-batch.ts';
import { ItemImport, type ItemParts } from './item-import.ts';
import { LinkResolver } from './link-resolver.ts';
import { placeMenus } from './menu-places.ts';
import { References } from './references.ts';
import { hostOf, surveyWxr, type WxrSurvey } from './survey.ts';
import { TermImport } from './term-import.ts';
import { readWxr, WXR_LIMITS } from './wxr-reader.ts';

/** All that takes part in an import. */
interface ImportParts extends ItemParts, FixUpParts {
  files: FileImport;
}

/** One import: the file is read twice, first to see that it is whole, then to store what is in it. */
class Import {
  readonly #site: Site;
  readonly #file: string;
  readonly #options: ImportOptions;
  readonly #run: ImportRun;
  readonly #report: ImportReport;

  constructor(site: Site, file: string, options: ImportOptions, run: ImportRun) {
    this.#site = site;
    this.#file = file;
    this.#options = options;
    this.#run = run;
    this.#report = new ImportReport(basename(file), options.dryRun);
  }

  async run(): Promise<ImportReport> {
    await FileImport.check(this.#options);
    const survey = await surveyWxr(this.#file, this.#options.maxBytes, this.#run.signal);
    const parts = await this.#prepare(survey);
    await parts.authors.check();
    await this.#bringAll(survey, parts);
    if (!this.#report.isDry && !this.#report.isStopped) await this.#finish(parts, survey);
    return this.#report;
  }

  async #prepare(survey: WxrSurvey): Promise<ImportParts> {
    const site = this.#site;
    const options = this.#options;
    const { viewer } = this.#run;
    const store = new ImportStore(site, sourceOf(survey.site, options.source));
    const base = { site, store, report: this.#report, options, viewer };
    const links = new LinkResolver(site, store, survey, await loadPermalinks(site));
    const zone = await site.options.get<string>('timezone');
    const authors = new AuthorMap({ ...base, runner: viewer });
    return {
      ...base,
      zone,
      links,
      authors,
      from: survey.site,
      references: new References(site, store),
      terms: new TermImport(base),
      comments: new CommentImport({ ...base, authors, zone }),
      files: new FileImport({ ...base, hosts: [hostOf(survey.site.blogUrl || survey.site.link)] }),
    };
  }

  async #bringAll(survey: WxrSurvey, parts: ImportParts): Promise<void> {
    const items = new ItemImport(parts);
    const { signal } = this.#run;
    let done = 0;
    const tick = (count: number): void => this.#run.progress?.(done + count, survey.total, 'items');
    const limits = { ...WXR_LIMITS, totalBytes: this.#options.maxBytes ?? WXR_LIMITS.totalBytes };
    const batch = new ItemBatch(async (given) => {
      await items.bring(given, tick, signal);
      if (signal?.aborted) return;
      done += given.length;
      tick(0);
    });
    for await (const record of readWxr(this.#file, limits)) {
      if (signal?.aborted) {
        this.#report.isStopped = true;
        return;
      }
      if (record.kind === 'item') await batch.add(record);
      else await batch.flush();
      if (record.kind === 'author') await parts.authors.declare(record);
      else if (record.kind === 'term') await parts.terms.declare(record);
    }
    await batch.flush();
    this.#report.isStopped = signal?.aborted ?? false;
  }

  #ticker(phase: ImportPhase, total: number): () => void {
    let done = 0;
    return () => this.#run.progress?.(++done, total, phase);
  }

  async #finish(parts: ImportParts, survey: WxrSurvey): Promise<void> {
    const { signal } = this.#run;
    await parts.terms.settle();
    await parts.files.run(this.#ticker('files', survey.files), signal);
    await new FixUp(parts).run(this.#ticker('links', 0), signal);
    await placeMenus(this.#site, parts.store);
    this.#report.isStopped = signal?.aborted ?? false;
  }
}

/**
 * Brings an export of WordPress (WXR) in. It can be run again at any time: what came in before stays as it is, and
 * what did not is tried again.
 *
 * @throws GALLEY_IMPORT_INVALID with file and line, before anything is stored | GALLEY_FILE_UNKNOWN | GALLEY_USER_UNKNOWN
 */
export function importWxr(site: Site, file: string, options: ImportOptions, run: ImportRun): Promise<ImportReport> {
  return new Import(site, file, options, run).run();
}
