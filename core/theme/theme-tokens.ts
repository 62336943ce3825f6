import { mergeTokens, type ThemeManifest, TOKEN_VALUE, type Tokens } from './theme-manifest.ts';

/** How a site uses its theme. */
export interface ThemeSettings {
  /** The name of a style variation, or empty. */
  variation: string;
  options: Record<string, unknown>;
}

/** The tokens that hold with these settings: the theme's, those of the variation, those that options set. */
export function effectiveTokens(manifest: ThemeManifest, { variation, options }: ThemeSettings): Tokens {
  const chosen = Object.hasOwn(manifest.variations, variation) ? manifest.variations[variation]?.tokens : undefined;
  const set: Tokens = {};
  for (const [name, { token, default: initial }] of Object.entries(manifest.options)) {
    const value = options[name];
    const [group, key] = token?.split('.') ?? [];
    if (!group || !key || typeof value !== 'string' || value === initial || !new RegExp(TOKEN_VALUE).test(value))
      continue;
    set[group] = { ...set[group], [key]: value };
  }
  return mergeTokens(manifest.tokens, chosen, set);
}

function declarations(tokens: Tokens, scheme: 'light' | 'dark'): string {
  const lines: string[] = [];
  for (const [group, values] of Object.entries(tokens)) {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== 'string') lines.push(`--${group}-${name}:${value[scheme]}`);
      else if (scheme === 'light') lines.push(`--${group}-${name}:${value}`);
    }
  }
  return lines.join(';');
}

/**
 * The stylesheet of the tokens: light ones for all, dark ones on screens below `[data-theme=dark]`, and by the
 * system's wish where nothing was chosen. Paper is always light.
 */
export function tokensCss(tokens: Tokens): string {
  const dark = declarations(tokens, 'dark');
  return [
    `:root{color-scheme:light;${declarations(tokens, 'light')}}`,
    `@media screen{[data-theme=dark]{color-scheme:dark;${dark}}}`,
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light],[data-theme=dark]){color-scheme:dark;${dark}}}`,
  ].join('\n');
}
