import { plainText } from 'galley';
import { parseFragment } from 'parse5';
import type { WxrAuthor, WxrComment, WxrData, WxrItem, WxrMeta, WxrSite, WxrTerm } from './wxr-records.ts';
import type { XmlNode } from './xml-node.ts';

const idOf = (node: XmlNode, name: string): number | null => node.number(name) || null;

/** A name as people read it. WordPress keeps it as HTML, with whatever entity its writer, or another site, had in it. */
function nameOf(html: string): string {
  if (!html.includes('&')) return plainText(html);
  const [first] = parseFragment(html.replace(/<[^>]*>/g, '')).childNodes;
  return first && 'value' in first ? first.value : '';
}

function metaOf(node: XmlNode, name: string): WxrMeta[] {
  return node
    .all(name)
    .map((meta) => ({ key: meta.get('wp:meta_key'), value: meta.get('wp:meta_value') }))
    .filter((meta) => meta.key !== '');
}

/** What Galley adds for itself; nothing where it is no JSON object. */
function dataOf(node: XmlNode): WxrData {
  const text = node.get('galley:data');
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WxrData) : {};
  } catch {
    return {};
  }
}

/** The facts of the site from what stands at the top of the channel. */
export function toSite(channel: XmlNode): WxrSite {
  return {
    kind: 'site',
    line: channel.line,
    version: channel.get('wp:wxr_version').trim(),
    title: plainText(channel.get('title')),
    link: channel.get('link').trim(),
    description: plainText(channel.get('description')),
    language: channel.get('language').trim(),
    siteUrl: channel.get('wp:base_site_url').trim(),
    blogUrl: channel.get('wp:base_blog_url').trim(),
  };
}

export function toAuthor(node: XmlNode): WxrAuthor {
  return {
    kind: 'author',
    line: node.line,
    data: dataOf(node),
    id: idOf(node, 'wp:author_id'),
    login: node.get('wp:author_login').trim(),
    email: node.get('wp:author_email').trim(),
    displayName: nameOf(node.get('wp:author_display_name')),
    firstName: node.get('wp:author_first_name'),
    lastName: node.get('wp:author_last_name'),
  };
}

/** Categories and tags have elements of their own; terms of other taxonomies share one. */
export function toTerm(node: XmlNode): WxrTerm {
  const shared = {
    kind: 'term' as const,
    line: node.line,
    data: dataOf(node),
    id: idOf(node, 'wp:term_id'),
    meta: metaOf(node, 'wp:termmeta'),
  };
  if (node.name === 'wp:category') {
    return {
      ...shared,
      taxonomy: 'category',
      slug: node.get('wp:category_nicename'),
      parentSlug: node.get('wp:category_parent'),
      name: nameOf(node.get('wp:cat_name')),
      description: node.get('wp:category_description'),
    };
  }
  if (node.name === 'wp:tag') {
    return {
      ...shared,
      taxonomy: 'post_tag',
      slug: node.get('wp:tag_slug'),
      parentSlug: '',
      name: nameOf(node.get('wp:tag_name')),
      description: node.get('wp:tag_description'),
    };
  }
  return {
    ...shared,
    taxonomy: node.get('wp:term_taxonomy'),
    slug: node.get('wp:term_slug'),
    parentSlug: node.get('wp:term_parent'),
    name: nameOf(node.get('wp:term_name')),
    description: node.get('wp:term_description'),
  };
}

function toComment(node: XmlNode): WxrComment {
  return {
    data: dataOf(node),
    id: node.number('wp:comment_id'),
    author: nameOf(node.get('wp:comment_author')),
    email: node.get('wp:comment_author_email').trim(),
    url: node.get('wp:comment_author_url').trim(),
    address: node.get('wp:comment_author_IP').trim(),
    date: node.get('wp:comment_date'),
    dateGmt: node.get('wp:comment_date_gmt'),
    content: node.get('wp:comment_content'),
    approved: node.get('wp:comment_approved').trim(),
    type: node.get('wp:comment_type').trim(),
    parent: node.number('wp:comment_parent'),
    userId: node.number('wp:comment_user_id'),
    meta: metaOf(node, 'wp:commentmeta'),
  };
}

function termsOf(node: XmlNode): WxrItem['terms'] {
  return node.all('category').flatMap((category) => {
    const slug = category.attributes.get('nicename') ?? '';
    const domain = category.attributes.get('domain') ?? 'category';
    // Version 1.0 writes each term twice, once without a nicename, and calls tags "tag".
    return slug === '' ? [] : [{ taxonomy: domain === 'tag' ? 'post_tag' : domain, slug, name: nameOf(category.text) }];
  });
}

export function toItem(node: XmlNode): WxrItem {
  return {
    kind: 'item',
    line: node.line,
    data: dataOf(node),
    title: node.get('title'),
    link: node.get('link').trim(),
    creator: node.get('dc:creator').trim(),
    guid: node.get('guid').trim(),
    content: node.get('content:encoded'),
    excerpt: node.get('excerpt:encoded'),
    id: node.number('wp:post_id'),
    date: node.get('wp:post_date').trim(),
    dateGmt: node.get('wp:post_date_gmt').trim(),
    modified: node.get('wp:post_modified').trim(),
    modifiedGmt: node.get('wp:post_modified_gmt').trim(),
    commentStatus: node.get('wp:comment_status').trim(),
    pingStatus: node.get('wp:ping_status').trim(),
    slug: node.get('wp:post_name').trim(),
    status: node.get('wp:status').trim(),
    parent: node.number('wp:post_parent'),
    order: node.number('wp:menu_order'),
    type: node.get('wp:post_type').trim() || 'post',
    password: node.get('wp:post_password'),
    sticky: node.get('wp:is_sticky').trim() === '1',
    attachmentUrl: node.get('wp:attachment_url').trim(),
    terms: termsOf(node),
    meta: metaOf(node, 'wp:postmeta'),
    comments: node.all('wp:comment').map(toComment),
  };
}
