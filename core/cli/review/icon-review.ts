import { iconNames } from '../../admin/icons.ts';
import type { PluginManifest } from '../../kernel/plugin-manifest.ts';
import { nearestFew } from '../../lib/suggest.ts';
import type { Finding } from './finding.ts';
import type { SourceFile } from './source-tree.ts';

const SHOWN = 3;

interface NamedIcon {
  icon: string;
  file: string;
  line: number;
  /** What names it, where the line does not say. */
  by?: string;
}

/** Icons that the manifest, or a source file on the server, names and that the admin has not. */
export function iconFindings(manifest: PluginManifest, sources: readonly SourceFile[]): Finding[] {
  const named: NamedIcon[] = [
    ...declared('panel', manifest.contained?.panels),
    ...declared('block', manifest.contained?.blocks),
    ...sources.flatMap(({ file, tree }) =>
      tree.properties.flatMap(({ name, text, line }) => (name === 'icon' ? [{ icon: text, file, line }] : [])),
    ),
  ];
  const known = new Set(iconNames());
  return named
    .filter(({ icon }) => icon !== '' && !known.has(icon))
    .map(({ icon, file, line, by }) => {
      const words = `here is no icon "${icon}", so a square is shown. ${instead(icon, known)}`;
      return { level: 'warning', file, line, message: by === undefined ? `T${words}` : `The ${by}: t${words}` };
    });
}

function declared(kind: string, items: Readonly<Record<string, { icon?: string }>> = {}): NamedIcon[] {
  return Object.entries(items).flatMap(([name, { icon }]) =>
    icon === undefined ? [] : [{ icon, file: 'package.json', line: 0, by: `${kind} "${name}"` }],
  );
}

/** The nearest by their letters, or else those of the same thing: `cart-empty` is a `cart`. */
function instead(icon: string, known: ReadonlySet<string>): string {
  const near = nearestFew(icon, known, SHOWN);
  const [thing = icon] = icon.split('-');
  const alike = near.length > 0 ? near : [...known].filter((name) => name.split('-')[0] === thing).slice(0, SHOWN);
  if (alike.length === 0) return 'All stand at https://icons.getbootstrap.com.';
  return `Near are: ${alike.map((name) => `"${name}"`).join(', ')}.`;
}
