import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reply, ScreenContext } from 'galley';
import { frameOf } from './tabs.ts';

const FOLDER = join(import.meta.dirname, 'views', 'templates', 'piece');
const SCRIPTS = join(import.meta.dirname, 'assets', 'parts');

/** A component: its template is shown as it stands in the file that draws it. */
interface Piece {
  name: string;
  title: string;
  /** What the template is given. */
  data?: Record<string, unknown>;
  /** Whether a script of the same name goes with it. */
  hasScript?: boolean;
}

/** All components, in the order in which they are shown. */
export const PIECES: readonly Piece[] = [
  { name: 'buttons', title: 'Buttons' },
  { name: 'badges', title: 'States' },
  { name: 'notices', title: 'Notices', data: { notice: { kind: 'success', text: 'Saved. Visitors see it now.' } } },
  { name: 'inputs', title: 'Inputs' },
  { name: 'tabs', title: 'Tabs', data: { sections: sections() } },
  { name: 'menu', title: 'Menu that opens' },
  { name: 'panel', title: 'Panel' },
  { name: 'table', title: 'Table' },
  { name: 'lines', title: 'Lines' },
  { name: 'progress', title: 'Progress', data: { job: progress() } },
  { name: 'time', title: 'Moments', data: { time: Date.UTC(2026, 0, 2, 12) } },
  { name: 'icons', title: 'Icons' },
  { name: 'empty', title: 'Nothing there yet' },
  { name: 'dialog', title: 'Dialog', hasScript: true },
  { name: 'toast', title: 'Note in the corner', hasScript: true },
];

function sections(): { label: string; url: string; current: boolean }[] {
  return ['All', 'Published', 'Drafts'].map((label, at) => ({ label, url: '/admin/showcase', current: at === 0 }));
}

function progress(): Record<string, unknown> {
  return {
    id: 0,
    isOpen: false,
    isActive: true,
    word: 'Running',
    tone: 'info',
    total: 100,
    done: 40,
    text: '40 of 100',
  };
}

/** Every component of the admin, drawn by the template whose text stands beside it. */
export async function showPieces(page: ScreenContext): Promise<Reply> {
  const pieces = await Promise.all(
    PIECES.map(async ({ name, title, data = {}, hasScript }) => ({
      name,
      title,
      html: await page.fragment(`showcase/piece/${name}`, data),
      code: (await readFile(join(FOLDER, `${name}.hbs`), 'utf8')).trim(),
      script: hasScript ? (await readFile(join(SCRIPTS, `${name}.ts`), 'utf8')).trim() : '',
    })),
  );
  return page.view('showcase/pieces', {
    ...(await frameOf(page, 'Components')),
    intro: 'What screens are made of, with the code that makes it.',
    scripts: [await page.site.assets.url('showcase', 'showcase.js')],
    pieces,
  });
}
