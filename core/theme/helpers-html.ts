import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { GalleyError } from '../lib/errors.ts';
import { escapeHtml, escapeJson, isSafeUrl, SafeHtml, safeUrl } from '../lib/escape.ts';
import type { HelperCall, HelperDefinition } from './helper-types.ts';
import { isTruthy, numberOf, plainTextOf, textOf } from './helper-values.ts';
import { THEME_BOOT_HTML } from './theme-boot.ts';

/** JSON that is safe in a data script. In an attribute it is escaped as any text. */
class JsonText extends SafeHtml {}

/** A value for a quoted attribute or a text-only element: sanitised HTML loses its tags, so that it cannot close the quote. */
function attributeValue(value: unknown): unknown {
  if (value instanceof JsonText) return value.value;
  return value instanceof SafeHtml ? plainTextOf(value) : value;
}

/** The candidates of a srcset whose addresses are safe. */
export function safeSrcset(srcset: string): string {
  return srcset
    .split(/,\s+/)
    .map((candidate) => candidate.trim().replace(/,$/, ''))
    .filter((candidate) => /^[^\s"'<>]+( +\d+(\.\d+)?[wxh])?$/.test(candidate) && isSafeUrl(candidate))
    .join(', ');
}

/** An address with further query parameters; one whose value is empty is taken away. */
export function withQuery(address: string, parameters: Readonly<Record<string, unknown>>): string {
  if (Object.keys(parameters).length === 0) return address;
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address) ?? [];
  const search = new URLSearchParams(query);
  for (const [name, value] of Object.entries(parameters)) {
    if (textOf(value) === '') search.delete(name);
    else search.set(name, textOf(value));
  }
  return `${path}${search.size > 0 ? `?${search}` : ''}${fragment}`;
}

function attributes(pairs: Record<string, unknown>): string {
  return Object.entries(pairs)
    .filter(
      ([name, value]) => value !== undefined && value !== null && value !== false && (value !== '' || name === 'alt'),
    )
    .map(([name, value]) => ` ${name}="${escapeHtml(plainTextOf(value))}"`)
    .join('');
}

function imageTag(image: unknown, { hash }: HelperCall): SafeHtml {
  if (typeof image !== 'object' || image === null || !('src' in image)) return new SafeHtml('');
  const { src, srcset, sizes, width, height, alt } = image as Record<string, unknown>;
  const isEager = hash['loading'] === 'eager' || hash['priority'] === 'high';
  const candidates = safeSrcset(textOf(srcset));
  return new SafeHtml(
    `<img${attributes({
      src: safeUrl(textOf(src)),
      srcset: candidates,
      sizes: candidates ? (hash['sizes'] ?? sizes) : '',
      width: numberOf(width) || undefined,
      height: numberOf(height) || undefined,
      alt: hash['alt'] ?? alt ?? '',
      class: hash['class'],
      id: hash['id'],
      loading: isEager ? undefined : 'lazy',
      fetchpriority: hash['priority'],
      decoding: isEager ? undefined : 'async',
    })}>`,
  );
}

function classNames(values: readonly unknown[], hash: Readonly<Record<string, unknown>>): string {
  const given = values.filter(isTruthy).flatMap((value) => (Array.isArray(value) ? value.map(textOf) : textOf(value)));
  const switched = Object.keys(hash).filter((name) => isTruthy(hash[name]));
  return [...given, ...switched].join(' ');
}

const MAX_TAGS = 2000;

/** Icons of Bootstrap, read once each. */
class Icons {
  readonly #shapes = new Map<string, string>();
  /** Those that say nothing, by how they look. */
  readonly #silent = new LRUCache<string, SafeHtml>({ max: MAX_TAGS });
  #folder: string | undefined;

  /** The `<svg>` of an icon. */
  tag(name: string, { size, label, className }: { size: number; label: string; className: string }): SafeHtml {
    const naming = label ? attributes({ role: 'img', 'aria-label': label }) : ' aria-hidden="true"';
    const make = (): SafeHtml => {
      const look = attributes({ class: className, width: size, height: size });
      const rest = 'viewBox="0 0 16 16" fill="currentColor" focusable="false"';
      return new SafeHtml(`<svg${look} ${rest}${naming}>${this.shape(name)}</svg>`);
    };
    if (label) return make();
    const key = `${name} ${size} ${className}`;
    const tag = this.#silent.get(key) ?? make();
    this.#silent.set(key, tag);
    return tag;
  }

  /** What is inside the `<svg>` of an icon. */
  shape(name: string): string {
    const known = this.#shapes.get(name);
    if (known !== undefined) return known;
    const shape = this.#read(name);
    this.#shapes.set(name, shape);
    return shape;
  }

  #read(name: string): string {
    this.#folder ??= join(dirname(createRequire(import.meta.url).resolve('bootstrap-icons/package.json')), 'icons');
    try {
      if (!/^[a-z0-9-]+$/.test(name)) throw new Error('bad name');
      const svg = readFileSync(join(this.#folder, `${name}.svg`), 'utf8');
      return svg
        .replace(/^[\s\S]*?<svg[^>]*>/, '')
        .replace(/<\/svg>\s*$/, '')
        .replace(/\s*\n\s*/g, '');
    } catch (error) {
      throw new GalleyError(
        'GALLEY_TEMPLATE_INVALID',
        `There is no icon "${name}". See https://icons.getbootstrap.com for the names.`,
        { cause: error },
      );
    }
  }
}

function iconTag(icons: Icons, name: string, { hash }: HelperCall): SafeHtml {
  const size = numberOf(hash['size']) || 16;
  const className = classNames(['icon', hash['class']], {});
  return icons.tag(name, { size, label: textOf(hash['label']), className });
}

/** Helpers that make addresses and markup. */
export function htmlHelpers(): Record<string, HelperDefinition> {
  const icons = new Icons();
  return {
    url: { minimum: 1, returns: 'url', run: ([value], { hash }) => withQuery(safeUrl(textOf(value) || '#'), hash) },
    asset: { minimum: 1, returns: 'url', run: ([name], { state }) => state.asset(textOf(name)) },
    route: { minimum: 1, returns: 'url', run: ([name], { hash, state }) => safeUrl(state.route(textOf(name), hash)) },
    srcset: {
      minimum: 1,
      returns: 'srcset',
      run: ([image]) =>
        safeSrcset(textOf(typeof image === 'object' && image !== null && 'srcset' in image ? image.srcset : image)),
    },
    image: { minimum: 1, run: ([image], call) => imageTag(image, call) },
    icon: { minimum: 1, run: ([name], call) => iconTag(icons, textOf(name), call) },
    classes: { run: (values, { hash }) => classNames(values, hash) },
    json: { minimum: 1, returns: 'json', run: ([value]) => new JsonText(escapeJson(value ?? null)) },
    attribute: { minimum: 1, run: ([value]) => attributeValue(value) },
    themeBoot: { run: () => THEME_BOOT_HTML },
  };
}
