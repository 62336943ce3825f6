import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A theme to be made. */
export interface NewTheme {
  name: string;
  title?: string;
  author?: string;
  /** Makes it the child of this theme. */
  parent?: string;
}

const STYLES = `body {
  margin: 0 auto;
  max-inline-size: 42rem;
  padding: 1.5rem;
  font-family: var(--font-text);
  line-height: 1.6;
  color: var(--color-ink);
  background: var(--color-paper);
}

a {
  color: var(--color-accent);
}

img {
  max-inline-size: 100%;
  block-size: auto;
}
`;

const LAYOUT = `<!doctype html>
<html lang="{{site.language}}" dir="{{site.direction}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{{themeBoot}}
<title>{{page.title}}</title>
<link rel="stylesheet" href="{{asset 'tokens.css'}}">
<link rel="stylesheet" href="{{asset 'theme.css'}}">
{{#each page.head}}{{this}}
{{/each}}
</head>
<body class="{{join page.bodyClasses ' '}}">
<header><p><a href="{{url site.home}}">{{site.title}}</a></p></header>
<main id="main">
{{body}}
</main>
</body>
</html>
`;

const INDEX = `{{!< base}}
<h1>{{default page.heading site.title}}</h1>
{{#each entries}}
<article>
  <h2><a href="{{url url}}">{{title}}</a></h2>
  <p><time datetime="{{published.iso}}">{{published.label}}</time></p>
  {{excerpt}}
</article>
{{else}}
<p>{{t 'Nothing has been published here yet.'}}</p>
{{/each}}
{{#if pagination.next}}<p><a href="{{url pagination.next}}" rel="next">{{t 'Older'}}</a></p>{{/if}}
`;

const SINGULAR = `{{!< base}}
<article>
  <h1>{{entry.title}}</h1>
  {{#if entry.featured}}{{image entry.featured loading='eager' priority='high'}}{{/if}}
  {{entry.content}}
</article>
`;

const ERROR = `{{!< base}}
<h1>{{page.heading}}</h1>
<p>{{error.message}}</p>
<p><a href="{{url site.home}}">{{t 'To the front page'}}</a></p>
`;

const TOKENS = {
  color: {
    paper: { light: 'oklch(0.985 0.006 88)', dark: 'oklch(0.2 0.009 215)' },
    ink: { light: 'oklch(0.225 0.014 70)', dark: 'oklch(0.92 0.011 88)' },
    accent: { light: 'oklch(0.425 0.078 210)', dark: 'oklch(0.8 0.075 200)' },
  },
  font: { text: 'Georgia, serif' },
};

function manifestOf({ name, title, author, parent }: NewTheme): object {
  const words = name.replaceAll('-', ' ');
  return {
    name,
    title: title ?? words.charAt(0).toUpperCase() + words.slice(1),
    version: '0.1.0',
    ...(author ? { author } : {}),
    ...(parent ? { parent } : { tokens: TOKENS }),
  };
}

/** Writes the files of a new theme. A child begins with its manifest alone: all else comes from its parent. */
export async function createTheme(directory: string, theme: NewTheme): Promise<string> {
  const manifest = `${JSON.stringify(manifestOf(theme), null, 2)}\n`;
  const whole = {
    'assets/theme.css': STYLES,
    'layouts/base.hbs': LAYOUT,
    'templates/index.hbs': INDEX,
    'templates/singular.hbs': SINGULAR,
    'templates/error.hbs': ERROR,
  };
  const files: Record<string, string> = { 'theme.json': manifest, ...(theme.parent ? {} : whole) };
  for (const folder of ['templates', 'partials', 'assets', 'locales'])
    await mkdir(join(directory, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text, { flag: 'wx' });
  }
  return directory;
}
