import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';

/** Where a plugin comes from. */
export type PluginSource =
  | { kind: 'folder' | 'file'; path: string }
  /** An archive at an address. */
  | { kind: 'url'; url: string }
  /** A repository, at a branch or tag where `ref` names one. */
  | { kind: 'git'; url: string; ref: string }
  /** A name in a registry, and the versions that will do; all where it is empty. */
  | { kind: 'npm' | 'registry'; name: string; range: string };

const PLUGIN_NAME = /^[a-z][a-z0-9-]{0,62}$/;
const NPM_NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]{0,213}$/;
const GIT = /^(?:git\+)?((?:https|ssh|file):\/\/[^\s#]+?)(?:#([A-Za-z0-9][A-Za-z0-9._/-]*))?$/;
const ARCHIVE = /\.(zip|tgz|tar\.gz)$/i;

function wrong(text: string, why: string): GalleyError {
  return new GalleyError('GALLEY_INPUT_INVALID', `${JSON.stringify(text)} is no source of a plugin: ${why}.`);
}

function named(kind: 'npm' | 'registry', text: string): PluginSource {
  const at = text.indexOf('@', 1);
  const name = at < 0 ? text : text.slice(0, at);
  const isName = kind === 'npm' ? NPM_NAME.test(name) : PLUGIN_NAME.test(name);
  if (!isName)
    throw wrong(
      text,
      kind === 'npm' ? 'npm has no such names' : 'there is no such file, and no plugin has such a name',
    );
  return { kind, name, range: at < 0 ? '' : text.slice(at + 1) };
}

function git(text: string): PluginSource {
  const [, url, ref = ''] = GIT.exec(text) ?? [];
  if (url === undefined) throw wrong(text, 'a repository has an address with https, ssh or file');
  return { kind: 'git', url, ref };
}

/**
 * Reads what somebody typed: `shop`, `shop@^2`, `./shop`, `shop-1.0.0.zip`, `https://example.org/shop.tgz`,
 * `git+https://example.org/shop.git#v1`, `npm:shop@1`.
 * @throws GALLEY_INPUT_INVALID
 */
export async function readSource(text: string): Promise<PluginSource> {
  const facts = await stat(text).catch(() => undefined);
  if (facts) return { kind: facts.isDirectory() ? 'folder' : 'file', path: resolve(text) };
  return parseSource(text);
}

/** The same for what a lock file says, where paths are named as such. @throws GALLEY_INPUT_INVALID */
export function parseSource(text: string): PluginSource {
  if (text.startsWith('folder:')) return { kind: 'folder', path: text.slice(7) };
  if (text.startsWith('file:/') && !text.startsWith('file://')) return { kind: 'file', path: text.slice(5) };
  if (text.startsWith('npm:')) return named('npm', text.slice(4));
  if (text.startsWith('registry:')) return named('registry', text.slice(9));
  if (text.startsWith('git+') || /^(ssh|file):\/\//.test(text) || /^https:\/\/\S+\.git(#|$)/.test(text))
    return git(text);
  if (/^https?:\/\//.test(text)) return { kind: 'url', url: text };
  if (ARCHIVE.test(text) || /^[./]/.test(text)) throw wrong(text, 'there is nothing');
  return named('registry', text);
}

/** How a lock file writes a source: without the version, which stands beside it. */
export function sourceText(source: PluginSource): string {
  switch (source.kind) {
    case 'folder':
    case 'file':
      return `${source.kind}:${source.path}`;
    case 'url':
      return source.url;
    case 'git':
      return `git+${source.url}${source.ref === '' ? '' : `#${source.ref}`}`;
    default:
      return `${source.kind}:${source.name}`;
  }
}

/** Whether it lies on this machine, where its owner changes it as he likes. */
export function isLocal(source: PluginSource): boolean {
  return source.kind === 'folder' || source.kind === 'file';
}
