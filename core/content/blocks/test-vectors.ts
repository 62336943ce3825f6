import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { isSafeUrl } from '../../lib/escape.ts';
import type { Block } from './block.ts';
import { embedUrl } from './embed-hosts.ts';
import { parseBlocks } from './parse.ts';
import { sanitizeContent } from './sanitize.ts';

/** Real sample data, beside the project. */
export const DATA = join(import.meta.dirname, '../../../../shared/data');
export const MISSING = existsSync(DATA) ? false : `no sample data in ${DATA}`;

/** The text as the sanitiser leaves it to authors. */
export const clean = (text: string): string => sanitizeContent(text, { unfiltered: false }).content;
/** What the sanitiser takes from authors. */
export const removed = (text: string): string[] => sanitizeContent(text, { unfiltered: false }).removed;

/** The HTML that a visitor gets: the blocks' comments left out. */
export function shown(text: string): string {
  const join = (block: Block): string => {
    const inner = block.innerBlocks.map(join);
    return block.innerContent.map((piece) => piece ?? inner.shift() ?? '').join('');
  };
  return parseBlocks(text).map(join).join('');
}

function decodeXml(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');
}

/** The published vectors; none where the sample data is absent. */
export const VECTORS = MISSING
  ? []
  : [...readFileSync(join(DATA, 'html/xssAttacks.xml'), 'utf8').matchAll(/<code>([^<]*)<\/code>/g)].map(([, code]) =>
      decodeXml(code ?? ''),
    );

/** Further vectors, among them some that were found on other sanitisers. */
export const OWN_VECTORS = [
  '<img src=x onerror=alert(1)>',
  '<a href="java&#x0A;script:alert(1)">x</a>',
  '<a href=" &#1; javascript:alert(1)">x</a>',
  '<svg><script>alert(1)</script></svg>',
  '<math><mtext></p><img src=x onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<style><img src="</style><img src=x onerror=alert(1)//">',
  '<iframe srcdoc="<script>alert(1)</script>" src="https://player.vimeo.com/1"></iframe>',
  '<iframe src="https://www.youtube.com.evil.test/"></iframe>',
  '<iframe src="javascript:alert(1)//www.youtube.com"></iframe>',
  '<iframe src="https://player.vimeo.com/1"><p title="</iframe><img src=x onerror=alert(1)>">',
  '<p style="background:url(javascript:alert(1))">x</p>',
  '<p style="color:red;background:u\\72l(x)">x</p>',
  '<p style="background-image:url(javascript:alert(1))">x</p>',
  '<p style="width:expression(alert(1))">x</p>',
  '<div style="position:fixed;inset:0">x</div>',
  '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x</button></form>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<base href="https://evil.test/"><meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<x onclick=alert(1) autofocus tabindex=1>x',
  '<a title="<!-- wp:html -->" href="x">y</a>',
  '<textarea><img src=x onerror=alert(1)></textarea>',
  '<template><img src=x onerror=alert(1)></template>',
  '<table><td background="javascript:alert(1)">x',
  '<!--><img src=x onerror=alert(1)>-->',
  '<!--a--!><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<img srcset="javascript:alert(1) 1x, y 2x" src="y">',
  '<button data-bs-toggle="tooltip" data-bs-html="true" title="<img src=x onerror=alert(1)>">x</button>',
  '<object data="https://evil.test/x.swf" type="application/pdf"></object>',
  '<embed src="javascript:alert(1)"><applet code=x>',
  '<a href="https://ok.test" target="_blank">x</a>',
];

const FORBIDDEN = new Set(
  'script style svg math object embed applet form input textarea link meta base template'.split(' '),
);

/** The one address that a style may hold: what an `img` may show as well. */
const PICTURE = /background-image:\s*url\(["']?(?:https?:\/\/|\/(?!\/))[^"'()\\\s;]*["']?\)/gi;

/** Fails when a browser would run anything of `html`, or load what authors may not. */
export function assertHarmless(html: string, from: string): void {
  const visit = (node: DefaultTreeAdapterTypes.ChildNode): void => {
    if (!('tagName' in node)) return;
    assert.ok(!FORBIDDEN.has(node.tagName), `<${node.tagName}> is left of ${from}: ${html}`);
    for (const { name, value } of node.attrs) {
      assert.doesNotMatch(name, /^on|^srcdoc$|^formaction$|^data-bs-/i, `${name} is left of ${from}: ${html}`);
      if (['href', 'src', 'cite', 'poster', 'background'].includes(name)) {
        assert.ok(isSafeUrl(value) || value.startsWith('data:image/'), `${name}=${value} is left of ${from}`);
      }
      if (name === 'style') assert.doesNotMatch(value.replace(PICTURE, ''), /url\(|expression|\\|fixed/i, from);
      if (node.tagName === 'iframe' && name === 'src') assert.ok(embedUrl(value), `${value} is left of ${from}`);
    }
    if (node.tagName === 'iframe') assert.ok(node.attrs.some(({ name }) => name === 'sandbox'));
    for (const child of node.childNodes) visit(child);
  };
  for (const node of parseFragment(html).childNodes) visit(node);
}
