import type { ThemePreview } from '../theme/theme-previews.ts';
import type { Context } from './context.ts';

/**
 * The theme that the one who asks is trying, for pages of the site that stand in a frame of the admin. Elsewhere he sees
 * what visitors see.
 */
export async function themePreviewFor(context: Context, area: string): Promise<ThemePreview | undefined> {
  const { session, site, viewer } = context;
  if (!session || area !== 'public' || !isInFrame(context)) return undefined;
  const { themes } = site as Partial<typeof site>;
  return themes?.previews.find(session.idHash, viewer);
}

/** Browsers say so themselves, but on plain http away from the machine itself. */
function isInFrame(context: Context): boolean {
  const wanted = context.headers['sec-fetch-dest'];
  return wanted === 'iframe' || (wanted === undefined && !context.isSecure);
}
