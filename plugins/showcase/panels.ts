import { chartView, PANEL_PARTS, type PanelBlock, type Reply, readPanel, type ScreenContext } from 'galley';
import { codeOf } from './code.ts';
import { frameOf } from './tabs.ts';

/** An example of each part that a panel of a contained plugin is made of. */
export const PANEL_SAMPLES: Readonly<Record<string, Record<string, unknown>>> = {
  heading: { kind: 'heading', text: 'Orders' },
  text: { kind: 'text', text: 'What came in since Monday.\n\nIt is counted at night.' },
  notice: { kind: 'notice', tone: 'success', text: 'All orders are on their way.' },
  table: {
    kind: 'table',
    caption: 'Open orders',
    columns: ['Pieces', 'Town', 'State'],
    rows: [
      [{ number: 12 }, 'Mainz', { text: 'Paid', tone: 'success' }],
      [{ number: 1300 }, 'Basel', { text: 'Late', tone: 'warning' }],
    ],
  },
  list: { kind: 'list', items: ['Ink', { text: 'Paper', url: '/admin' }] },
  chart: {
    kind: 'chart',
    type: 'bar',
    title: 'Orders by month',
    heading: 'Month',
    labelKind: 'month',
    labels: ['2026-10', '2026-11'],
    series: [{ label: 'Orders', values: [12, 30] }],
  },
  image: { kind: 'image', src: '{picture}', alt: 'Three sheets of paper' },
  button: { kind: 'button', label: 'To the posts', url: '/admin/content/post' },
  form: {
    kind: 'form',
    action: 'send',
    submit: 'Save',
    fields: [
      { name: 'town', label: 'Town', kind: 'text', help: 'Where it goes.', required: true },
      { name: 'express', label: 'As fast as can be', kind: 'checkbox', value: true },
      {
        name: 'way',
        label: 'Way',
        kind: 'radio',
        value: 'post',
        choices: [
          { value: 'post', label: 'By post' },
          { value: 'shop', label: 'Fetched' },
        ],
      },
      { name: 'code', label: 'Code', kind: 'secret', help: 'Is never shown again.' },
      { name: 'paper', label: 'Paper', kind: 'select', value: 'a', choices: [{ value: 'a', label: 'Laid' }] },
    ],
  },
  tabs: {
    kind: 'tabs',
    tabs: [
      { label: 'First', blocks: [{ kind: 'text', text: 'What is seen at once.' }] },
      { label: 'Second', blocks: [{ kind: 'text', text: 'What is opened.' }] },
    ],
  },
  accordion: {
    kind: 'accordion',
    items: [
      { label: 'How long does it take?', open: true, blocks: [{ kind: 'text', text: 'Three days.' }] },
      { label: 'What does it cost?', blocks: [{ kind: 'text', text: 'Nothing.' }] },
    ],
  },
  columns: {
    kind: 'columns',
    columns: [
      [{ kind: 'text', text: 'What stands at one side.' }],
      [{ kind: 'text', text: 'And at the other; on a phone below it.' }],
    ],
  },
  stats: {
    kind: 'stats',
    items: [
      { label: 'Orders', value: '42', change: '+12 since Monday', tone: 'success' },
      { label: 'Sent back', value: '3', change: '+2 since Monday', tone: 'danger' },
      { label: 'Towns', value: '17' },
    ],
  },
  values: {
    kind: 'values',
    title: 'Order 12',
    items: [
      { label: 'Town', value: 'Mainz' },
      { label: 'State', value: 'Paid', tone: 'success' },
      { label: 'Written in', value: 'The posts', url: '/admin/content/post' },
    ],
  },
  meter: { kind: 'meter', label: 'Paper in stock', value: 30, max: 40, text: '30 of 40 reams' },
  code: { kind: 'code', label: 'What was sent', text: '{\n  "town": "Mainz"\n}' },
  divider: { kind: 'divider' },
  empty: {
    kind: 'empty',
    title: 'No orders yet',
    text: 'They stand here as soon as somebody buys.',
    label: 'To the posts',
    url: '/admin/content/post',
  },
  frame: { kind: 'frame', name: 'map', title: 'Map', text: 'What a script of the plugin draws, apart from the rest.' },
};

/** Only a contained plugin has a document to stand in a frame. */
const NOT_DRAWN = new Set(['frame']);

/** Each part of a panel as it is drawn, and the object that makes it. */
export async function showPanels(page: ScreenContext): Promise<Reply> {
  const picture = await page.site.assets.url('showcase', 'picture.svg');
  const charts: { id: string }[] = [];
  const parts = PANEL_PARTS.map((kind) => {
    const sample = PANEL_SAMPLES[kind];
    const blocks = NOT_DRAWN.has(kind) ? [] : readPanel([drawn(sample, picture)], `part-${kind}`);
    for (const block of blocks) drawChart(page, block, charts);
    return { kind, blocks, code: sample ? codeOf(sample) : '' };
  });
  return page.view('showcase/panels', {
    ...(await frameOf(page, 'Panels')),
    intro: 'What a contained plugin answers for a panel, and what becomes of it.',
    parts,
    charts,
  });
}

/** The example with a picture that there is. */
const drawn = (sample: Record<string, unknown> = {}, picture: string): Record<string, unknown> =>
  sample['src'] === '{picture}' ? { ...sample, src: picture } : sample;

function drawChart(page: ScreenContext, block: PanelBlock, charts: { id: string }[]): void {
  if (block.kind !== 'chart') return;
  const { id, title, chart } = block as unknown as Parameters<typeof chartView>[0];
  block['chart'] = chartView({ id, title, chart }, page);
  charts.push({ id, ...(block['chart'] as object) });
}
