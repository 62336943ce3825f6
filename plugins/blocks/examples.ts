import type { BlockDefinition } from 'galley';

const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const item = (text: string): string => `<!-- wp:list-item -->\n<li>${text}</li>\n<!-- /wp:list-item -->`;
const LIST = `<!-- wp:list -->\n<ul class="wp-block-list">${item('Ink')}${item('Paper')}</ul>\n<!-- /wp:list -->`;
const IMAGE =
  '<!-- wp:image -->\n<figure class="wp-block-image"><img src="{picture}" alt="Three sheets of paper"/><figcaption class="wp-element-caption">Laid, wove, blotting.</figcaption></figure>\n<!-- /wp:image -->';
const column = (text: string): string =>
  `<!-- wp:column -->\n<div class="wp-block-column">${paragraph(text)}</div>\n<!-- /wp:column -->`;
const BUTTON =
  '<!-- wp:button -->\n<div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="/">To the front page</a></div>\n<!-- /wp:button -->';
const ACCORDION_ITEM = `<!-- wp:accordion-item -->\n<div class="wp-block-accordion-item"><!-- wp:accordion-heading -->\n<h3 class="wp-block-accordion-heading"><button class="wp-block-accordion-heading__toggle"><span class="wp-block-accordion-heading__toggle-title">How is it printed?</span></button></h3>\n<!-- /wp:accordion-heading --><!-- wp:accordion-panel -->\n<div class="wp-block-accordion-panel">${paragraph('By hand.')}</div>\n<!-- /wp:accordion-panel --></div>\n<!-- /wp:accordion-item -->`;
const ACCORDION = `<!-- wp:accordion -->\n<div class="wp-block-accordion">${ACCORDION_ITEM}</div>\n<!-- /wp:accordion -->`;
const COVER = `<!-- wp:cover {"url":"{picture}","dimRatio":50} -->\n<div class="wp-block-cover"><span aria-hidden="true" class="wp-block-cover__background has-background-dim"></span><img class="wp-block-cover__image-background" alt="" src="{picture}" data-object-fit="cover"/><div class="wp-block-cover__inner-container">${paragraph('Ink, paper, order.')}</div></div>\n<!-- /wp:cover -->`;
const QUERY = `<!-- wp:query {"query":{"perPage":3,"postType":"post"}} -->\n<div class="wp-block-query"><!-- wp:post-template --><!-- wp:post-title {"isLink":true} /--><!-- wp:post-date /--><!-- wp:post-excerpt /--><!-- /wp:post-template --></div>\n<!-- /wp:query -->`;
const SOCIAL =
  '<!-- wp:social-links -->\n<ul class="wp-block-social-links"><!-- wp:social-link {"url":"https://example.org","service":"mastodon"} /--></ul>\n<!-- /wp:social-links -->';

/** How blocks that show what was saved are written; the others make their HTML themselves. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'core/paragraph': paragraph('A galley is the tray in which a printer sets type <em>before</em> it becomes a page.'),
  'core/heading': '<!-- wp:heading -->\n<h2 class="wp-block-heading">Ink, paper, order</h2>\n<!-- /wp:heading -->',
  'core/list': LIST,
  'core/list-item': LIST,
  'core/quote': `<!-- wp:quote -->\n<blockquote class="wp-block-quote">${paragraph('Type is to be read.')}<cite>A printer</cite></blockquote>\n<!-- /wp:quote -->`,
  'core/pullquote':
    '<!-- wp:pullquote -->\n<figure class="wp-block-pullquote"><blockquote><p>Type is to be read.</p><cite>A printer</cite></blockquote></figure>\n<!-- /wp:pullquote -->',
  'core/code': '<!-- wp:code -->\n<pre class="wp-block-code"><code>const ink = 1;</code></pre>\n<!-- /wp:code -->',
  'core/preformatted':
    '<!-- wp:preformatted -->\n<pre class="wp-block-preformatted">Ink    1\nPaper  2</pre>\n<!-- /wp:preformatted -->',
  'core/verse':
    '<!-- wp:verse -->\n<pre class="wp-block-verse">Ink on paper,\npaper in hand.</pre>\n<!-- /wp:verse -->',
  'core/math':
    '<!-- wp:math -->\n<div class="wp-block-math"><math display="block"><msup><mi>a</mi><mn>2</mn></msup></math></div>\n<!-- /wp:math -->',
  'core/table':
    '<!-- wp:table -->\n<figure class="wp-block-table"><table><thead><tr><th>Paper</th><th>Sheets</th></tr></thead><tbody><tr><td>Laid</td><td>12</td></tr></tbody></table><figcaption class="wp-element-caption">In stock</figcaption></figure>\n<!-- /wp:table -->',
  'core/details': `<!-- wp:details -->\n<details class="wp-block-details"><summary>How is it printed?</summary>${paragraph('By hand.')}</details>\n<!-- /wp:details -->`,
  'core/html': '<!-- wp:html -->\n<p>HTML as it is written.</p>\n<!-- /wp:html -->',
  'core/shortcode': '<!-- wp:shortcode -->\n[gallery]\n<!-- /wp:shortcode -->',
  'core/freeform': 'Text of the time before blocks.\n\nA blank line begins a paragraph.',
  'core/audio':
    '<!-- wp:audio -->\n<figure class="wp-block-audio"><audio controls src="/sound.mp3"></audio><figcaption class="wp-element-caption">The press at work</figcaption></figure>\n<!-- /wp:audio -->',
  'core/video':
    '<!-- wp:video -->\n<figure class="wp-block-video"><video controls poster="{picture}" src="/film.mp4"></video></figure>\n<!-- /wp:video -->',
  'core/separator':
    '<!-- wp:separator -->\n<hr class="wp-block-separator has-alpha-channel-opacity"/>\n<!-- /wp:separator -->',
  'core/spacer':
    '<!-- wp:spacer {"height":"60px"} -->\n<div style="height:60px" aria-hidden="true" class="wp-block-spacer"></div>\n<!-- /wp:spacer -->',
  'core/button': `<!-- wp:buttons -->\n<div class="wp-block-buttons">${BUTTON}</div>\n<!-- /wp:buttons -->`,
  'core/buttons': `<!-- wp:buttons -->\n<div class="wp-block-buttons">${BUTTON}</div>\n<!-- /wp:buttons -->`,
  'core/columns': `<!-- wp:columns -->\n<div class="wp-block-columns">${column('Left')}${column('Right')}</div>\n<!-- /wp:columns -->`,
  'core/column': `<!-- wp:columns -->\n<div class="wp-block-columns">${column('Left')}${column('Right')}</div>\n<!-- /wp:columns -->`,
  'core/group': `<!-- wp:group {"layout":{"type":"constrained"}} -->\n<div class="wp-block-group">${paragraph('What belongs together.')}</div>\n<!-- /wp:group -->`,
  'core/accordion': ACCORDION,
  'core/accordion-item': ACCORDION,
  'core/accordion-heading': ACCORDION,
  'core/accordion-panel': ACCORDION,
  'core/more': `${paragraph('What lists show.')}<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->${paragraph('What only the page shows.')}`,
  'core/image': IMAGE,
  'core/gallery': `<!-- wp:gallery {"columns":2} -->\n<figure class="wp-block-gallery has-nested-images columns-2">${IMAGE}${IMAGE}</figure>\n<!-- /wp:gallery -->`,
  'core/cover': COVER,
  'core/media-text': `<!-- wp:media-text {"mediaType":"image"} -->\n<div class="wp-block-media-text is-stacked-on-mobile"><figure class="wp-block-media-text__media"><img src="{picture}" alt="Three sheets of paper"/></figure><div class="wp-block-media-text__content">${paragraph('Beside the picture.')}</div></div>\n<!-- /wp:media-text -->`,
  'core/file':
    '<!-- wp:file {"href":"{picture}"} -->\n<div class="wp-block-file"><a href="{picture}">Papers</a><a href="{picture}" class="wp-block-file__button wp-element-button" download>Download</a></div>\n<!-- /wp:file -->',
  'core/embed':
    '<!-- wp:embed {"url":"https://example.org/film","type":"rich"} -->\n<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://example.org/film\n</div></figure>\n<!-- /wp:embed -->',
  'core/query': QUERY,
  'core/post-template': QUERY,
  'core/social-links': SOCIAL,
  'core/social-link': SOCIAL,
  'core/navigation':
    '<!-- wp:navigation -->\n<!-- wp:navigation-link {"label":"Front page","url":"/"} /-->\n<!-- /wp:navigation -->',
  'core/navigation-link':
    '<!-- wp:navigation -->\n<!-- wp:navigation-link {"label":"Front page","url":"/"} /-->\n<!-- /wp:navigation -->',
  'core/read-more': '<!-- wp:read-more {"content":"Go on reading"} /-->',
};

/** The block with the example that there is for it. */
export function withExample(name: string, definition: BlockDefinition): BlockDefinition {
  const example = EXAMPLES[name];
  return example === undefined ? definition : { ...definition, example };
}
