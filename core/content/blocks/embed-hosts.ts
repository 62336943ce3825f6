/** Hosts whose players may stand in an `<iframe>`: the oEmbed providers that WordPress knows and that answer with one. */
export const EMBED_HOSTS: readonly string[] = [
  'www.youtube.com',
  'youtube.com',
  'www.youtube-nocookie.com',
  'player.vimeo.com',
  'www.dailymotion.com',
  'geo.dailymotion.com',
  'videopress.com',
  'video.wordpress.com',
  'embed.ted.com',
  'w.soundcloud.com',
  'open.spotify.com',
  'www.mixcloud.com',
  'player-widget.mixcloud.com',
  'www.reverbnation.com',
  'embed.music.apple.com',
  'embed.podcasts.apple.com',
  'www.slideshare.net',
  'speakerdeck.com',
  'www.scribd.com',
  'issuu.com',
  'e.issuu.com',
  'codepen.io',
  'www.kickstarter.com',
  'embed.reddit.com',
  'www.tiktok.com',
  'platform.twitter.com',
  'embed.bsky.app',
  'assets.pinterest.com',
  'embed.tumblr.com',
  'www.screencast.com',
  'cloudup.com',
  'read.amazon.com',
  'www.canva.com',
];

/** What an embedded player may do. It is another origin, so its own cookies and storage are all that it reaches. */
export const EMBED_SANDBOX =
  'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation';

const ALLOWED_FEATURES = new Set(
  'accelerometer autoplay clipboard-write encrypted-media fullscreen gyroscope picture-in-picture web-share'.split(' '),
);

/** The address of an embedded player, always https, or undefined when its host is not on the list. */
export function embedUrl(url: string, moreHosts: readonly string[] = []): string | undefined {
  const absolute = url.trim().replace(/^(?:https?:)?\/\//i, 'https://');
  if (!URL.canParse(absolute)) return undefined;
  const { protocol, hostname, username, password, port } = new URL(absolute);
  if (protocol !== 'https:' || username || password || port) return undefined;
  return EMBED_HOSTS.includes(hostname) || moreHosts.includes(hostname) ? absolute : undefined;
}

/** The `allow` attribute with only the features that an embedded player needs. */
export function embedFeatures(allow: string): string {
  const features = allow.split(';').map((feature) => feature.trim());
  return features.filter((feature) => ALLOWED_FEATURES.has(feature.toLowerCase())).join('; ');
}
