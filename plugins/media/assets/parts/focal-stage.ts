import { t } from 'galley/client';

const SHAPES = ['1 / 1', '16 / 9', '3 / 4'];
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Shows the picture with a point on it, and how usual shapes would cut it. The numbers below say the same. */
export function showFocal(address: string): void {
  const form = document.querySelector<HTMLFormElement>('#media-focal');
  const stage = document.querySelector<HTMLElement>('#focal-stage');
  if (!form || !stage) return;
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  const picture = imageAt(address);
  const point = document.createElement('button');
  point.type = 'button';
  point.className = 'focal-point';
  point.setAttribute('aria-label', t('Focal point. Arrow keys move it, with Shift in larger steps.'));
  const whole = document.createElement('div');
  whole.className = 'focal-whole';
  whole.append(picture, point);
  const cuts = document.createElement('div');
  cuts.className = 'focal-cuts';
  cuts.setAttribute('aria-hidden', 'true');
  const samples = SHAPES.map((shape) => {
    const sample = imageAt(address);
    sample.style.aspectRatio = shape;
    cuts.append(sample);
    return sample;
  });
  const place = (): void => {
    const [x, y] = [field('fx').valueAsNumber || 0, field('fy').valueAsNumber || 0];
    Object.assign(point.style, { left: `${x}%`, top: `${y}%` });
    for (const sample of samples) sample.style.objectPosition = `${x}% ${y}%`;
  };
  const set = (x: number, y: number): void => {
    field('fx').value = String(Math.round(Math.min(100, Math.max(0, x)) * 100) / 100);
    field('fy').value = String(Math.round(Math.min(100, Math.max(0, y)) * 100) / 100);
    place();
  };
  whole.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    point.focus();
    whole.setPointerCapture(event.pointerId);
    const box = picture.getBoundingClientRect();
    const move = ({ clientX, clientY }: PointerEvent): void =>
      set(((clientX - box.left) / box.width) * 100, ((clientY - box.top) / box.height) * 100);
    move(event);
    whole.addEventListener('pointermove', move);
    whole.addEventListener('lostpointercapture', () => whole.removeEventListener('pointermove', move), { once: true });
  });
  point.addEventListener('keydown', (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const step = event.shiftKey ? 10 : 1;
    set((field('fx').valueAsNumber || 0) + arrow[0] * step, (field('fy').valueAsNumber || 0) + arrow[1] * step);
  });
  form.addEventListener('input', place);
  stage.append(whole, cuts);
  stage.hidden = false;
  place();
}

function imageAt(address: string): HTMLImageElement {
  const image = document.createElement('img');
  image.src = address;
  image.alt = '';
  image.draggable = false;
  return image;
}
