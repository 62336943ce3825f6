import type { Context, Reply } from 'galley';
import type { PreviewLinks } from './links.ts';
import { shownType, showPreview, versionOf } from './shown-page.ts';

/** Answers a secret link: the one entry, as it stands now. */
export async function showLinked(context: Context, links: PreviewLinks): Promise<Reply> {
  const { site } = context;
  const { entry, shows, viewer } = await links.open(String(context.params['token']));
  shownType(site, entry.type);
  const version = await versionOf(site, entry, { shows, viewer });
  // Whoever was given the link needs no password on top of it.
  return showPreview(context, { ...version, password: '' });
}
