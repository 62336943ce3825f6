const ATTRIBUTE = /(\s(?:href|src|poster|data-full-url|data-link)=(["']))\/(?!\/)/g;
const SRCSET = /(\ssrcset=(["']))([^"']*)\2/g;
const STYLE = /\sstyle=(["']).*?\1/gs;
const STYLE_URL = /(\burl\((?:["']|&quot;|&#0?39;)?)\/(?!\/)/g;
const MEDIA_SHORTCODE = /\[(?:audio|video)\s[^\]]*\]/g;
const SHORTCODE_URL = /([\s=]["']?)\/(?=[^/\s\]])/g;
const EMBEDDED = /(\[embed(?:\s[^\]]*)?\]\s*|\bwp-block-embed__wrapper"[^>]*>\s*)\/(?!\/)/g;
const BLOCK = /<!--\s+wp:[a-z][a-z0-9/-]*\s+\{.*?\}\s+\/?-->/gs;
const BLOCK_URL = /("(?:\w*(?:url|Url|URL)|href|src|link|mediaLink)":")(\\?\/)(?![\\/])/g;

/** Content with the site's own paths as full addresses, so that it can be read elsewhere. An import makes them paths again. */
export function absoluteContent(content: string, origin: string): string {
  if (!content.includes('/')) return content;
  return content
    .replace(ATTRIBUTE, `$1${origin}/`)
    .replace(SRCSET, (_, start: string, quote: string, list: string) => {
      return start + list.replace(/(^|,\s*)\/(?!\/)/g, `$1${origin}/`) + quote;
    })
    .replace(STYLE, (style) => style.replace(STYLE_URL, `$1${origin}/`))
    .replace(MEDIA_SHORTCODE, (shortcode) => shortcode.replace(SHORTCODE_URL, `$1${origin}/`))
    .replace(EMBEDDED, `$1${origin}/`)
    .replace(BLOCK, (block) => block.replace(BLOCK_URL, `$1${origin}$2`));
}
