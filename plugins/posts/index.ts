import { definePlugin } from 'galley';
import { showFront } from './front.ts';
import { unlockEntry } from './password.ts';
import { defineContent } from './types.ts';

export default definePlugin((site) => {
  defineContent(site);
  site.routes.fallback(showFront, { priority: 50, cache: { query: ['p', 'page_id', 'replyto'] } });
  site.routes.post(
    '/unlock/:id(int)',
    { name: 'posts.unlock', public: true, schema: unlockEntry.schema, rateLimit: { max: 10, seconds: 60 } },
    unlockEntry,
  );
});
