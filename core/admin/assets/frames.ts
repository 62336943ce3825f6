// Gives the frames of plugins what their panel said, and as much room as they need. What they say is not believed.
import { data, isRightToLeft, language, onModeChange } from 'galley/client';

interface FrameData {
  id: string;
  data: unknown;
}

const COLORS = ['ink', 'muted', 'paper', 'sheet', 'rule', 'accent', 'success', 'warning', 'danger', 'info'];
const [LOWEST, HIGHEST] = [40, 4000];

const given = new Map((data<FrameData[]>('frames') ?? []).map((item) => [item.id, item.data]));
const frames = [...document.querySelectorAll<HTMLIFrameElement>('iframe[data-frame]')];

function lookOfPage() {
  const style = getComputedStyle(document.documentElement);
  return {
    language: language(),
    direction: isRightToLeft() ? 'rtl' : 'ltr',
    colors: Object.fromEntries(COLORS.map((name) => [name, style.getPropertyValue(`--color-${name}`).trim()])),
  };
}

/** The document in a sandbox has no origin to name; the policy of this page lets no other stand in its place. */
function tell(frame: HTMLIFrameElement): void {
  const told = given.get(frame.dataset['frame'] ?? '') ?? null;
  frame.contentWindow?.postMessage({ galley: 'show', data: told, look: lookOfPage() }, '*');
}

function fit(frame: HTMLIFrameElement, height: unknown): void {
  if (typeof height !== 'number' || !Number.isFinite(height)) return;
  frame.height = String(Math.min(HIGHEST, Math.max(LOWEST, Math.ceil(height))));
}

addEventListener('message', ({ source, origin, data: said }: MessageEvent<unknown>) => {
  const frame = frames.find(({ contentWindow }) => contentWindow === source);
  if (!frame || origin !== 'null' || typeof said !== 'object' || said === null) return;
  const { galley, height } = said as { galley?: unknown; height?: unknown };
  if (galley === 'ready') tell(frame);
  if (galley === 'height') fit(frame, height);
});

const tellAll = (): void => frames.forEach(tell);
// One that was quicker than this script has said so before anybody listened.
tellAll();
onModeChange(tellAll);
