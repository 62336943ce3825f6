import type { Site } from 'galley';

/** The types and taxonomies that every site has, with WordPress's names. */
export function defineContent(site: Site): void {
  site.taxonomies.define('category', {
    title: 'Categories',
    singular: 'Category',
    hierarchical: true,
    base: 'category',
  });
  site.taxonomies.define('post_tag', { title: 'Tags', singular: 'Tag', base: 'tag' });
  site.taxonomies.define('post_format', { title: 'Formats', singular: 'Format', base: 'type', showInAdmin: false });
  site.types.register('post', {
    title: 'Posts',
    singular: 'Post',
    icon: 'pin-angle',
    public: true,
    taxonomies: ['category', 'post_tag', 'post_format'],
    supports: [
      'title',
      'content',
      'excerpt',
      'author',
      'thumbnail',
      'comments',
      'revisions',
      'sticky',
      'custom-fields',
    ],
  });
  site.types.register('page', {
    title: 'Pages',
    singular: 'Page',
    icon: 'file-earmark',
    public: true,
    hierarchical: true,
    supports: [
      'title',
      'content',
      'excerpt',
      'author',
      'thumbnail',
      'comments',
      'revisions',
      'page-attributes',
      'custom-fields',
    ],
  });
  site.types.register('wp_block', {
    title: 'Patterns',
    singular: 'Pattern',
    icon: 'boxes',
    capability: 'post',
    supports: ['title', 'content', 'revisions'],
  });
}
