import { escapeXml } from '../../lib/escape.ts';
import { containedFiles } from './contained-parts.ts';
import type { NewPlugin } from './plugin-part.ts';
import { trustedFiles } from './trusted-parts.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function manifestOf({ name, title, parts, author }: NewPlugin, galley: object): string {
  return json({
    name,
    version: '0.1.0',
    description: `${title}: what it does, in a sentence.`,
    author,
    license: 'MIT',
    private: true,
    type: 'module',
    main: 'index.ts',
    scripts: { test: 'node --test' },
    galley: { title, ...(parts.includes('block') ? { requires: ['posts', 'blocks'] } : {}), ...galley },
  });
}

const readme = ({ name, title, tier }: NewPlugin): string => `# ${title}

What it does, in a sentence.

![How it looks](screenshot.svg)

\`\`\`sh
galley plugin activate ${name} --${tier}
galley plugin check ${name}
node --test
\`\`\`
`;

const picture = ({
  title,
}: NewPlugin): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 900" role="img">
<title>${escapeXml(title)}</title>
<rect width="1200" height="900" fill="#f4f1ea"/>
<text x="600" y="470" text-anchor="middle" font-family="sans-serif" font-size="64" fill="#333">${escapeXml(title)}</text>
</svg>
`;

/** What an editor needs to know the types: those of Galley, and of the hooks of its plugins. */
const tsconfig = (root: string): string =>
  json({
    extends: `${root}/tsconfig.json`,
    compilerOptions: { typeRoots: [`${root}/node_modules/@types`] },
    include: ['**/*.ts', `${root}/core/**/*.d.ts`, `${root}/core/cli/session.ts`, `${root}/plugins/*/index.ts`],
    exclude: ['node_modules'],
  });

const settings = (root: string): string =>
  json({
    'editor.formatOnSave': true,
    'files.associations': { '*.hbs': 'handlebars' },
    'typescript.tsdk': `${root}/node_modules/typescript/lib`,
  });

/**
 * The files of a new plugin, by path below its folder.
 * @param root how the plugin's folder leads to that of Galley
 */
export function newPluginFiles(plugin: NewPlugin, root: string): Record<string, string> {
  const { galley, files } = plugin.tier === 'contained' ? containedFiles(plugin) : trustedFiles(plugin);
  return {
    'package.json': manifestOf(plugin, galley),
    ...files,
    'README.md': readme(plugin),
    'screenshot.svg': picture(plugin),
    'tsconfig.json': tsconfig(root),
    '.vscode/settings.json': settings(root),
    '.editorconfig': 'root = true\n\n[*]\nindent_style = space\nindent_size = 2\ninsert_final_newline = true\n',
  };
}
