import { loadPermalinks, plainText, type Site, type View } from 'galley';

/** Puts the page about privacy into the view, where one is chosen and visitors may see it. */
export async function addPrivacy(site: Site, view: View, { tag }: { tag: (...tags: string[]) => void }): Promise<View> {
  const id = await site.options.get<number>('privacy_page');
  if (id === 0) return view;
  tag(`entry:${id}`);
  const link = await site.cache.remember(
    `privacy:${id}`,
    { tags: [`entry:${id}`, 'options'], ttl: 86_400 },
    async () => {
      const page = await site.entries.findOne({ type: 'page', ids: [id] });
      return page ? { title: plainText(page.title), url: (await loadPermalinks(site)).entry(page) } : null;
    },
  );
  return link ? { ...view, site: { ...view.site, privacy: link } } : view;
}
