import { definePlugin } from 'galley';
import { addCommands } from './cli.ts';
import { showFront } from './front.ts';
import { Front } from './front-service.ts';
import { UNLOCK_COOKIE, unlockEntry } from './password.ts';
import { addPrivacy } from './privacy.ts';
import { answerQueries } from './queries.ts';
import { defineContent } from './types.ts';
import { defineWelcome, giveWelcome, writeWelcome } from './welcome.ts';
import { defineWriting } from './writing.ts';

declare module 'galley' {
  interface Services {
    front: Front;
  }
}

export default definePlugin((site) => {
  defineContent(site);
  defineWriting(site);
  defineWelcome(site);
  addCommands(site);
  site.services.provide('front', new Front(site));
  site.hooks.addAction('site:installing', () => writeWelcome(site));
  site.hooks.addAction('user:saved', ({ user }) => giveWelcome(site, user));
  site.hooks.addFilter('view:page', (view, context) => addPrivacy(site, view, context));
  site.hooks.addCollector('view:queries', (needs) => answerQueries(site, needs));
  site.routes.fallback(showFront, {
    priority: 50,
    cache: { query: ['p', 'page_id', 'replyto'], bypass: [UNLOCK_COOKIE] },
  });
  site.routes.post(
    '/unlock/:id(int)',
    { name: 'posts.unlock', public: true, schema: unlockEntry.schema, rateLimit: { max: 10, seconds: 60 } },
    unlockEntry,
  );
});
