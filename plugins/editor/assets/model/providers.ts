// Who shows what at an address: what a pasted address becomes, and the classes that themes know an embed by.

/** A provider: the name that block editors write, and what it shows. */
interface Provider {
  slug: string;
  title: string;
  type: 'video' | 'rich' | 'photo';
}

const provider = (slug: string, title: string, type: Provider['type']): Provider => ({ slug, title, type });

const BY_HOST: Record<string, Provider> = {
  'youtube.com': provider('youtube', 'YouTube', 'video'),
  'youtu.be': provider('youtube', 'YouTube', 'video'),
  'vimeo.com': provider('vimeo', 'Vimeo', 'video'),
  'dailymotion.com': provider('dailymotion', 'Dailymotion', 'video'),
  'ted.com': provider('ted', 'TED', 'video'),
  'wordpress.tv': provider('wordpress-tv', 'WordPress.tv', 'video'),
  'videopress.com': provider('videopress', 'VideoPress', 'video'),
  'tiktok.com': provider('tiktok', 'TikTok', 'video'),
  'soundcloud.com': provider('soundcloud', 'SoundCloud', 'rich'),
  'spotify.com': provider('spotify', 'Spotify', 'rich'),
  'mixcloud.com': provider('mixcloud', 'Mixcloud', 'rich'),
  'reverbnation.com': provider('reverbnation', 'ReverbNation', 'rich'),
  'twitter.com': provider('twitter', 'X', 'rich'),
  'x.com': provider('twitter', 'X', 'rich'),
  'bsky.app': provider('bluesky', 'Bluesky', 'rich'),
  'reddit.com': provider('reddit', 'Reddit', 'rich'),
  'pinterest.com': provider('pinterest', 'Pinterest', 'rich'),
  'tumblr.com': provider('tumblr', 'Tumblr', 'rich'),
  'flickr.com': provider('flickr', 'Flickr', 'photo'),
  'imgur.com': provider('imgur', 'Imgur', 'rich'),
  'slideshare.net': provider('slideshare', 'SlideShare', 'rich'),
  'speakerdeck.com': provider('speaker-deck', 'Speaker Deck', 'rich'),
  'scribd.com': provider('scribd', 'Scribd', 'rich'),
  'issuu.com': provider('issuu', 'Issuu', 'rich'),
  'codepen.io': provider('codepen', 'CodePen', 'rich'),
  'kickstarter.com': provider('kickstarter', 'Kickstarter', 'rich'),
  'canva.com': provider('canva', 'Canva', 'rich'),
};

/** Whether it is an address that a block may bring something from. */
export const isAddress = (value: string): boolean => /^(https?:\/\/|\/)\S+$/.test(value);

/** The provider of an address, if it is a known one. */
export function providerOf(address: string): Provider | undefined {
  if (!/^https?:\/\/\S+$/i.test(address) || !URL.canParse(address)) return undefined;
  const labels = new URL(address).hostname.toLowerCase().split('.');
  return labels.map((_, index) => BY_HOST[labels.slice(index).join('.')]).find((found) => found !== undefined);
}

/** How an address is called where nothing is known of what stands there. */
export function describeAddress(address: string): { host: string; path: string } {
  if (!URL.canParse(address, 'https://here.invalid')) return { host: '', path: address };
  const { hostname, pathname, search } = new URL(address, 'https://here.invalid');
  const host = hostname === 'here.invalid' ? '' : hostname.replace(/^www\./, '');
  return { host, path: decode(`${pathname}${search}`.replace(/^\/|\/$/g, '')) };
}

function decode(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
