import type { Site } from 'galley';

/** Adds the live preview, and the way to sizes and links, to the form of entries. */
export function addToForm(site: Site): void {
  site.hooks.addFilter('entry-form:building', async (form, { page, type, entry }) => {
    if (!type.public) return form;
    const id = entry?.id ?? 0;
    const path = id > 0 ? `/admin/preview-page/${type.name}/${id}` : `/admin/preview-page/${type.name}/new`;
    form.hasFrames = true;
    form.stylesheets.push(await site.assets.url('preview', 'preview.css'));
    form.scripts.push(await site.assets.url('preview', 'live.js'));
    form.data['live-preview'] = { frame: path, send: `/admin/preview/${type.name}/${id}/typed` };
    form.abovePanels.push({
      id: 'live-preview',
      title: 'Live preview',
      order: 90,
      html: await page.fragment('preview/live'),
    });
    if (entry)
      form.links.push({ label: 'Preview at sizes, and links for others', url: `/admin/preview/${type.name}/${id}` });
    return form;
  });
}
