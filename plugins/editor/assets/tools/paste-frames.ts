// Players in pasted HTML: the address of what they play, where the provider is known; of others a link is left.
import { providerOf } from '../model/providers.ts';
import { attribute } from './paste-marks.ts';

/** Where players stand, and what the page of the same thing is called: `$1` is what was found. */
const PAGES: readonly [player: RegExp, page: string][] = [
  [/^www\.youtube(?:-nocookie)?\.com\/embed\/videoseries\?(?:.*&)?list=([\w-]+)/, 'www.youtube.com/playlist?list=$1'],
  [/^(?:www\.)?youtube(?:-nocookie)?\.com\/embed\/([\w-]{6,20})/, 'www.youtube.com/watch?v=$1'],
  [/^player\.vimeo\.com\/video\/(\d+)/, 'vimeo.com/$1'],
  [/^(?:www\.)?dailymotion\.com\/embed\/video\/(\w+)/, 'www.dailymotion.com/video/$1'],
  [/^geo\.dailymotion\.com\/player[\w./]*\?(?:.*&)?video=(\w+)/, 'www.dailymotion.com/video/$1'],
  [/^embed\.ted\.com\/talks\/([\w/]+)/, 'www.ted.com/talks/$1'],
  [/^(?:video\.wordpress|videopress)\.com\/(?:embed|v)\/(\w+)/, 'videopress.com/v/$1'],
  [/^open\.spotify\.com\/embed(?:-podcast)?\/(\w+\/\w+)/, 'open.spotify.com/$1'],
  [/^codepen\.io\/([\w-]+)\/embed\/(?:preview\/)?(\w+)/, 'codepen.io/$1/pen/$2'],
  [/^speakerdeck\.com\/player\/(\w+)/, 'speakerdeck.com/player/$1'],
  [/^embed\.reddit\.com\/(r\/\w+\/comments\/[\w/]+)/, 'www.reddit.com/$1'],
  [/^(?:www\.)?canva\.com\/(design\/[\w-]+(?:\/[\w-]+)?\/view)\?embed/, 'www.canva.com/$1'],
];
/** Where a player is told in its address what it plays. */
const TOLD: Record<string, string> = {
  'w.soundcloud.com': 'url',
  'www.mixcloud.com': 'feed',
  'player-widget.mixcloud.com': 'feed',
};

function absolute(src: string): URL | undefined {
  const whole = src.trim().replace(/^\/\//, 'https://');
  return /^https?:\/\//i.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
}

/** The page of what a player plays, of a provider that is known. */
function pageOf(player: URL): string | undefined {
  const { hostname, pathname, search, searchParams } = player;
  const told = searchParams.get(TOLD[hostname] ?? '');
  if (told) {
    const page = URL.canParse(told, 'https://www.mixcloud.com') ? new URL(told, 'https://www.mixcloud.com').href : '';
    return providerOf(page) ? page : undefined;
  }
  const address = hostname + pathname + search;
  for (const [pattern, page] of PAGES) {
    const match = pattern.exec(address);
    if (match) return `https://${page.replace(/\$(\d)/g, (_, index: string) => match[Number(index)] ?? '')}`;
  }
  return undefined;
}

/** Puts addresses and links in the place of pasted players. */
export function replaceFrames(root: Element): void {
  for (const frame of [...root.querySelectorAll('iframe')]) {
    const player = absolute(attribute(frame, 'src') || attribute(frame, 'data-src'));
    if (!player) {
      frame.remove();
      continue;
    }
    const page = pageOf(player);
    // Within a cell or an item there is no block of its own.
    const isFree = !frame.closest('td, th, li, dt, dd, figcaption, a');
    const line = frame.ownerDocument.createElement(isFree ? 'p' : 'span');
    if (page && isFree) line.textContent = page;
    else {
      const link = line.appendChild(frame.ownerDocument.createElement('a'));
      link.setAttribute('href', page ?? player.href);
      link.textContent = attribute(frame, 'title').trim() || (page ?? `${player.hostname}${player.pathname}`);
    }
    frame.replaceWith(line);
  }
}
