// Draws the charts of the first screen. The table behind each is there without this, and stays for those who listen.
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  DoughnutController,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { data, isRightToLeft, language, onModeChange } from 'galley/client';

interface Drawing {
  id: string;
  kind: 'line' | 'bar' | 'doughnut';
  labels: string[];
  series: { label: string; values: number[] }[];
}

Chart.register(
  ...[LineController, BarController, DoughnutController, LineElement, PointElement, BarElement, ArcElement],
  ...[CategoryScale, LinearScale, Tooltip, Legend, Filler],
);

const TONES = ['accent', 'success', 'warning', 'danger', 'info', 'muted'];
const drawn = new Map<string, Chart>();

/** A canvas knows no variables: it gets the colour that the page has now. */
function color(name: string, alpha = 1): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--color-${name}`).trim();
  return alpha === 1 ? value : `color-mix(in oklch, ${value} ${alpha * 100}%, transparent)`;
}

/** The colour as a canvas takes it: drawn once, read back. */
function paint(value: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext('2d');
  if (!brush) return value;
  brush.fillStyle = value;
  brush.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

const tone = (index: number, alpha = 1): string => paint(color(TONES[index % TONES.length] ?? 'accent', alpha));

function draw(drawing: Drawing): void {
  const box = document.querySelector<HTMLElement>(`[data-chart="${CSS.escape(drawing.id)}"]`);
  const canvas = box?.querySelector('canvas');
  if (!box || !canvas) return;
  box.hidden = false;
  const isRound = drawing.kind === 'doughnut';
  const ink = paint(color('muted'));
  const rule = paint(color('rule'));
  const axis = { ticks: { color: ink, precision: 0 }, grid: { color: rule }, border: { color: rule } };
  drawn.get(drawing.id)?.destroy();
  const chart = new Chart(canvas, {
    type: drawing.kind,
    data: {
      labels: drawing.labels,
      datasets: drawing.series.map(({ label, values }, index) => ({
        label,
        data: values,
        borderWidth: isRound ? 1 : 2,
        borderColor: isRound ? paint(color('sheet')) : tone(index),
        backgroundColor: isRound ? values.map((_, at) => tone(at)) : tone(index, drawing.kind === 'line' ? 0.15 : 0.85),
        fill: drawing.kind === 'line',
        tension: 0.25,
        pointRadius: 3,
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      locale: language(),
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? false : { duration: 300 },
      plugins: {
        legend: {
          display: isRound || drawing.series.length > 1,
          position: isRightToLeft() ? 'left' : 'right',
          rtl: isRightToLeft(),
          labels: { color: ink, boxWidth: 12 },
        },
        tooltip: { rtl: isRightToLeft() },
      },
      scales: isRound ? {} : { x: { ...axis, reverse: isRightToLeft() }, y: { ...axis, beginAtZero: true } },
    },
  });
  drawn.set(drawing.id, chart);
}

const drawings = data<Drawing[]>('charts') ?? [];
const drawAll = (): void => {
  for (const drawing of drawings) draw(drawing);
};
for (const details of document.querySelectorAll<HTMLDetailsElement>('.chart-table')) details.open = false;
drawAll();
onModeChange(drawAll);
