import { escapeXml, type PresentedEntry } from 'galley';
import { absoluteLinks } from './absolute.ts';
import type { Feed } from './feed.ts';

/** Each entry of Atom needs an author: what nobody is named for comes from the site. */
function renderEntry(entry: PresentedEntry, { origin, title }: Feed): string {
  const url = escapeXml(origin + entry.url);
  const categories = Object.values(entry.terms)
    .flat()
    .map((term) => `<category term="${escapeXml(term.slug)}" label="${escapeXml(term.name)}"/>`);
  return [
    '<entry>',
    `<title>${escapeXml(entry.title)}</title>`,
    `<link href="${url}"/>`,
    `<id>urn:uuid:${entry.source.uuid}</id>`,
    `<published>${entry.published.iso}</published>`,
    `<updated>${entry.modified.iso}</updated>`,
    `<author><name>${escapeXml(entry.author.name || title)}</name></author>`,
    ...categories,
    `<summary type="html">${escapeXml(absoluteLinks(entry.excerpt.value, origin))}</summary>`,
    ...(entry.protected
      ? []
      : [`<content type="html">${escapeXml(absoluteLinks(entry.content.value, origin))}</content>`]),
    '</entry>',
  ].join('\n');
}

/** A feed in Atom (RFC 4287). */
export function renderAtom(feed: Feed): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${escapeXml(feed.language)}">`,
    `<title>${escapeXml(feed.title)}</title>`,
    `<subtitle>${escapeXml(feed.description)}</subtitle>`,
    `<link href="${escapeXml(feed.link)}"/>`,
    `<link href="${escapeXml(feed.self)}" rel="self"/>`,
    `<id>${escapeXml(feed.self)}</id>`,
    `<updated>${new Date(feed.updated).toISOString()}</updated>`,
    '<generator>Galley</generator>',
    ...feed.entries.map((entry) => renderEntry(entry, feed)),
    '</feed>',
    '',
  ].join('\n');
}
