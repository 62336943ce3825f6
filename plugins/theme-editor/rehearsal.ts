import { loadPermalinks, messageOf, type Site, SYSTEM, type TemplateProblem } from 'galley';

type Preview = Parameters<Site['themes']['previews']['during']>[0] & object;

/** An address that nothing is at. */
const NOWHERE = '/galley-nothing-is-here/';

/** Pages of each kind that the site has: what is changed must be able to show them. */
async function samplePaths(site: Site): Promise<string[]> {
  const links = await loadPermalinks(site);
  const newest = async (type: string) =>
    (await site.entries.find({ type, status: 'publish', limit: 1, body: false }, SYSTEM)).items[0];
  const [post, page] = await Promise.all([newest('post'), newest('page')]);
  const [term] = await site.terms.list('category', { limit: 1 });
  return [
    '/',
    ...(post ? [links.entry(post)] : []),
    ...(page ? [links.entry(page)] : []),
    ...(term ? [links.term(term)] : []),
    '/?s=galley',
    NOWHERE,
  ];
}

/** The page that shows best what a file is for. */
export async function samplePath(site: Site, path: string): Promise<string> {
  if (/^templates\/(404|error)\.hbs$/.test(path)) return NOWHERE;
  const [home = '/', post] = await samplePaths(site);
  return /^(templates\/(single|singular)|partials\/(entry|comment|byline|related|adjacent))/.test(path)
    ? (post ?? home)
    : home;
}

/**
 * Renders pages of the site with a theme as it would be, for nobody: the pages that visitors get are made first, by the
 * theme as it is, and what they were made of is rendered again.
 * @returns what went wrong, by page
 */
export async function rehearse(site: Site, preview: Preview): Promise<TemplateProblem[]> {
  const { previews } = site.themes;
  const problems = new Map<string, TemplateProblem>();
  for (const address of await samplePaths(site)) {
    const pages = await previews.note(() => site.http.profile(address));
    for (const { candidates, view, viewer } of pages) {
      try {
        await previews.during(preview, () => site.render(candidates, view, viewer ? { viewer } : {}));
      } catch (error) {
        const problem = problemOf(error, address === NOWHERE ? '404' : address);
        problems.set(problem.message, problem);
      }
    }
  }
  return [...problems.values()];
}

function problemOf(error: unknown, address: string): TemplateProblem {
  const { file = '', line = 0 } = ((error as { details?: object }).details ?? {}) as { file?: string; line?: number };
  return { level: 'error', file, line, message: `${address}: ${messageOf(error)}` };
}
