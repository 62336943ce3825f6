import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { html } from '../http/reply.ts';
import type { DeclaredFrame } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { escapeHtml } from '../lib/escape.ts';
import { isWithin } from './bundle.ts';
import { demand } from './own-work.ts';

/** Below this stand the documents of frames, and a screen with frames lets them lead nowhere else. */
export const FRAME_PREFIX = '/admin/plugin-frames';

const BRIDGE = join(import.meta.dirname, 'frame-bridge.js');
const BASE_STYLE = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;color:var(--color-ink);overflow:clip}
body{margin:0}`;
const MAX_SCRIPT = 256 * 1024;
const MAX_STYLE = 64 * 1024;

/** A document as it is sent: made once, with the policy that fits its text. */
export interface FrameDocument {
  html: string;
  policy: string;
}

/** As the parser of a browser sees it: what is hashed must be what stands there. */
const normal = (text: string): string => text.replace(/\r\n?/g, '\n');
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** One script, so that the plugin's part runs nowhere without the bridge in front: a hash allows the whole of it. */
function documentOf(title: string, script: string, style: string): FrameDocument {
  const directives = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-scripts',
  ];
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<script>${script}</script>
</body>
</html>
`,
    policy: directives.join('; '),
  };
}

/** The text of a file of the plugin. @throws GALLEY_PLUGIN_INVALID where it cannot stand in a document */
async function readPart(plugin: PluginInfo, file: string, max: number, forbidden: RegExp): Promise<string> {
  const refuse = (why: string): never => {
    throw new GalleyError('GALLEY_PLUGIN_INVALID', `The file ${file} of a frame of "${plugin.name}" ${why}.`);
  };
  const path = join(plugin.directory, file);
  const isOwn = await isWithin(await realpath(plugin.directory), path).catch((error: unknown) =>
    refuse(`cannot be read: ${messageOf(error)}`),
  );
  if (!isOwn) refuse("stands outside of the plugin's folder");
  const text = normal(await readFile(path, 'utf8'));
  if (text.length > max) refuse(`has more than ${max / 1024} KB`);
  if (forbidden.test(text)) refuse('has text that would end it early in a document: </script, </style, <!-- or a zero');
  return text;
}

/** The documents of the frames that the manifest declares. @throws GALLEY_PLUGIN_INVALID */
export async function readFrames(plugin: PluginInfo): Promise<ReadonlyMap<string, FrameDocument>> {
  const frames = Object.entries(plugin.contained?.frames ?? {});
  if (frames.length === 0) return new Map();
  demand(plugin, 'frames', plugin.contained?.frames ?? {});
  const bridge = normal(await readFile(BRIDGE, 'utf8'));
  return new Map(
    await Promise.all(
      frames.map(async ([name, { script, style }]: [string, DeclaredFrame]) => {
        const own = await readPart(plugin, script, MAX_SCRIPT, /<\/script|<!--|\0/i);
        const look = style === undefined ? '' : await readPart(plugin, style, MAX_STYLE, /<\/style|<!--|\0/i);
        return [name, documentOf(plugin.title, `${bridge}\n${own}`, `${BASE_STYLE}\n${look}`)] as const;
      }),
    ),
  );
}

/** The address of a frame's document. */
export const frameUrl = (plugin: string, name: string): string => `${FRAME_PREFIX}/${plugin}/${name}`;

/** Answers with the documents, for those who may open a panel of the plugin. The site is bound to it. */
export function addFrames(site: Site, plugin: PluginInfo, frames: ReadonlyMap<string, FrameDocument>): void {
  const panels = Object.values(plugin.contained?.panels ?? {});
  for (const [name, { html: text, policy }] of frames) {
    site.admin.screen({
      path: frameUrl(plugin.name, name).replace(/^\/admin/, '') as `/${string}`,
      title: plugin.title,
      authenticated: true,
      allow: ({ viewer }) => panels.some(({ capability = 'manage_options' }) => viewer.can(capability)),
      get: async () => {
        (await site.contained.calls.adoptRights(plugin.name)).need('frames');
        return html(text, {
          headers: {
            'content-security-policy': policy,
            'x-frame-options': 'SAMEORIGIN',
            'x-dns-prefetch-control': 'off',
            'cache-control': 'private, no-cache',
          },
        });
      },
    });
  }
}
