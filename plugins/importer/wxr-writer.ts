import { escapeXml } from 'galley';

// What XML 1.0 cannot carry, not even escaped: control characters, halves of pairs, non-characters.
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text without characters that XML cannot carry. */
export function cleanXml(text: string): string {
  return text.replace(FORBIDDEN, '');
}

/** A name as WordPress keeps it: as HTML, but with plain quotes. */
export function escapeName(name: string): string {
  return name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text as a CDATA section; where it ends one itself it is split, and carriage returns survive the reader. */
export function cdata(text: string): string {
  const safe = cleanXml(text).replaceAll(']]>', ']]]]><![CDATA[>').replaceAll('\r', ']]>&#13;<![CDATA[');
  return `<![CDATA[${safe}]]>`;
}

/** An element with escaped text. */
export function element(name: string, text: string | number): string {
  return `<${name}>${escapeXml(cleanXml(String(text)))}</${name}>\n`;
}

/** An element with text in a CDATA section. */
export function cdataElement(name: string, text: string): string {
  return `<${name}>${cdata(text)}</${name}>\n`;
}

/** Free data of an entry, a term or a comment. @param name `wp:postmeta`, `wp:termmeta` or `wp:commentmeta` */
export function metaElement(name: string, key: string, value: string): string {
  return `<${name}>\n${cdataElement('wp:meta_key', key)}${cdataElement('wp:meta_value', value)}</${name}>\n`;
}

/** What only Galley reads, in its own namespace. Nothing where there is nothing to tell. */
export function dataElement(data: Record<string, unknown>): string {
  const told = Object.entries(data).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return told.length === 0 ? '' : cdataElement('galley:data', JSON.stringify(Object.fromEntries(told)));
}

/** Whether meta is a note of ours that means nothing elsewhere: it neither leaves nor comes in. */
export const isOwnNote = (key: string): boolean => key.startsWith('_galley_');

/** A moment as RSS writes it. */
export function rssDate(time: number): string {
  return new Date(time).toUTCString().replace('GMT', '+0000');
}

/** What stands before the first item. */
export function openWxr(facts: { title: string; tagline: string; url: string; language: string }): string {
  return `<?xml version="1.0" encoding="UTF-8" ?>
<!-- The content of a site, in WordPress's own format (WXR). Galley reads it with: galley import FILE -->
<!-- WordPress reads it under Tools, Import. It holds no settings, no passwords of users and no files. -->
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/1.2/"
	xmlns:galley="urn:galley:wxr:1"
>
<channel>
${element('title', facts.title)}${element('link', facts.url)}${element('description', facts.tagline)}\
${element('pubDate', rssDate(Date.now()))}${element('language', facts.language)}\
${element('wp:wxr_version', '1.2')}${element('wp:base_site_url', facts.url)}${element('wp:base_blog_url', facts.url)}`;
}

/** What wrote the file; WordPress says so between the terms and the items. */
export const GENERATOR = element('generator', 'Galley');

/** What stands after the last item. */
export const CLOSE_WXR = '</channel>\n</rss>\n';
