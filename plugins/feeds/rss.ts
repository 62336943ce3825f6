import { escapeXml, type PresentedEntry } from 'galley';
import { absoluteLinks, cdata } from './absolute.ts';
import type { Feed } from './feed.ts';

const rfc822 = (time: number | string): string => new Date(time).toUTCString();

function itemLines(entry: PresentedEntry, origin: string): string[] {
  const categories = Object.values(entry.terms)
    .flat()
    .map((term) => `<category>${cdata(term.name)}</category>`);
  const body = entry.protected
    ? ''
    : `<content:encoded>${cdata(absoluteLinks(entry.content.value, origin))}</content:encoded>`;
  const lines = [
    '<item>',
    `<title>${escapeXml(entry.title)}</title>`,
    `<link>${escapeXml(origin + entry.url)}</link>`,
    ...(entry.author.name ? [`<dc:creator>${cdata(entry.author.name)}</dc:creator>`] : []),
    `<pubDate>${rfc822(entry.published.iso)}</pubDate>`,
    ...categories,
    `<guid isPermaLink="false">urn:uuid:${entry.source.uuid}</guid>`,
    `<description>${cdata(absoluteLinks(entry.excerpt.value, origin))}</description>`,
    body,
    '</item>',
  ];
  return lines.filter(Boolean);
}

/** A feed in RSS 2.0 (cyber.harvard.edu/rss/rss.html), with the content module. */
export function renderRss(feed: Feed): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">',
    '<channel>',
    `<title>${escapeXml(feed.title)}</title>`,
    `<link>${escapeXml(feed.link)}</link>`,
    `<description>${escapeXml(feed.description)}</description>`,
    `<atom:link href="${escapeXml(feed.self)}" rel="self" type="application/rss+xml"/>`,
    `<language>${escapeXml(feed.language)}</language>`,
    ...(feed.updated ? [`<lastBuildDate>${rfc822(feed.updated)}</lastBuildDate>`] : []),
    '<generator>Galley</generator>',
    ...feed.entries.flatMap((entry) => itemLines(entry, feed.origin)),
    '</channel>',
    '</rss>',
    '',
  ].join('\n');
}
