// What other programs read of a page: cards where a link is shared, and what search engines show.
import { contained } from 'galley/contained';
import { previewTags } from './preview-tags.ts';
import type { SeenPage } from './seen-page.ts';
import { structuredData } from './structured-data.ts';

export default contained({
  hooks: {
    'view:head': async (seen: SeenPage, galley) => {
      const { kind, robots = '' } = seen.page;
      // Nobody is to share what nobody is to find.
      if (kind === 'error' || robots.includes('noindex')) return [];
      const { previews, structured, account } = await galley.settings();
      return [
        ...(previews === true ? previewTags(seen, String(account)) : []),
        ...(structured === true ? structuredData(seen).map((data) => ({ tag: 'data', data })) : []),
      ];
    },
  },
});
