import { definePlugin } from 'galley';
import { postNavigationLink } from './adjacent.ts';
import { archives, calendar } from './archives.ts';
import { commentBlocks } from './comments.ts';
import { withExample } from './examples.ts';
import { footnotes, footnoteWords } from './footnotes.ts';
import { addStylesheet, defineAssets } from './front.ts';
import { defineHooks } from './hooks.ts';
import { latestPosts } from './latest-posts.ts';
import { embed, mediaBlocks } from './media.ts';
import { defineNavigation, navigationBlocks } from './navigation.ts';
import { definePostBlocks } from './post-blocks.ts';
import { queryBlocks } from './query.ts';
import { reuseBlocks } from './reuse.ts';
import { shortcodes } from './shortcodes.ts';
import { siteBlocks } from './site-blocks.ts';
import { socialBlocks } from './social.ts';
import { staticBlocks } from './static-blocks.ts';
import { termBlocks } from './terms.ts';

/** Before WordPress 5.6 each provider had a block of its own. */
const OLD_EMBEDS = `amazon-kindle animoto cloudup collegehumor crowdsignal dailymotion facebook flickr hulu imgur
  instagram issuu kickstarter meetup-com mixcloud photobucket polldaddy reddit reverbnation screencast scribd
  slideshare smugmug soundcloud speaker speaker-deck spotify ted tiktok tumblr twitter videopress vimeo wordpress
  wordpress-tv youtube`.split(/\s+/);

export default definePlugin((site) => {
  defineHooks(site);
  defineNavigation(site);
  definePostBlocks(site);
  const tables = [
    staticBlocks,
    mediaBlocks,
    socialBlocks,
    reuseBlocks,
    queryBlocks,
    termBlocks,
    commentBlocks,
    navigationBlocks,
    siteBlocks,
  ];
  for (const table of tables) {
    for (const [name, definition] of Object.entries(table)) site.blocks.define(name, withExample(name, definition));
  }
  site.blocks.define('core/latest-posts', latestPosts);
  site.blocks.define('core/archives', archives);
  site.blocks.define('core/calendar', calendar);
  site.blocks.define('core/post-navigation-link', postNavigationLink);
  site.blocks.define('core/footnotes', footnotes);
  site.meta.keepWithText('footnotes', { label: 'Footnotes', words: footnoteWords });
  for (const provider of OLD_EMBEDS) site.blocks.define(`core-embed/${provider}`, embed);
  defineAssets(site);
  site.hooks.addFilter('view:page', (view) => addStylesheet(site, view));
  for (const [name, definition] of Object.entries(shortcodes)) site.blocks.shortcodes.define(name, definition);
});
