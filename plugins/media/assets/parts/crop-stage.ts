import { t } from 'galley/client';

interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

const SMALLEST = 1;
const STEP = 1;
const LARGE_STEP = 10;
const CANVAS = 900;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Shows the upload turned and mirrored, with a frame around what stays. The numbers below it say the same. */
export function showCrop(address: string): void {
  const form = document.querySelector<HTMLFormElement>('#media-edit');
  const stage = document.querySelector<HTMLElement>('#media-stage');
  if (!form || !stage) return;
  const image = new Image();
  image.addEventListener('load', () => new CropStage(form, stage, image).start());
  image.src = address;
}

class CropStage {
  readonly #form: HTMLFormElement;
  readonly #stage: HTMLElement;
  readonly #image: HTMLImageElement;
  readonly #canvas = document.createElement('canvas');
  readonly #frame = document.createElement('div');
  readonly #corner = document.createElement('button');

  constructor(form: HTMLFormElement, stage: HTMLElement, image: HTMLImageElement) {
    this.#form = form;
    this.#stage = stage;
    this.#image = image;
  }

  start(): void {
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#frame.className = 'crop-frame';
    this.#frame.tabIndex = 0;
    this.#frame.setAttribute('role', 'group');
    this.#frame.setAttribute(
      'aria-label',
      t('What stays of the picture. Arrow keys move it, with Shift in larger steps.'),
    );
    this.#corner.type = 'button';
    this.#corner.className = 'crop-corner';
    this.#corner.setAttribute('aria-label', t('Size of what stays. Arrow keys change it.'));
    this.#frame.append(this.#corner);
    this.#stage.append(this.#canvas, this.#frame);
    this.#stage.hidden = false;
    this.#form.addEventListener('input', () => this.#draw());
    this.#frame.addEventListener('keydown', (event) => this.#press(event));
    this.#frame.addEventListener('pointerdown', (event) => this.#drag(event));
    this.#form.querySelector('.media-fields')?.append(this.#shapes());
    this.#draw();
  }

  #field(name: string): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement;
  }

  get #now(): Frame {
    const read = (name: string, fallback: number): number => {
      const value = this.#field(name).valueAsNumber;
      return Number.isFinite(value) ? value : fallback;
    };
    return { x: read('x', 0), y: read('y', 0), width: read('width', 100), height: read('height', 100) };
  }

  #set(frame: Frame): void {
    const width = clamp(frame.width, SMALLEST, 100);
    const height = clamp(frame.height, SMALLEST, 100);
    const values = { x: clamp(frame.x, 0, 100 - width), y: clamp(frame.y, 0, 100 - height), width, height };
    for (const [name, value] of Object.entries(values)) this.#field(name).value = String(Math.round(value * 100) / 100);
    this.#place();
  }

  #draw(): void {
    const rotate = Number((this.#form.elements.namedItem('rotate') as HTMLSelectElement).value);
    const isTurned = rotate === 90 || rotate === 270;
    const scale = Math.min(1, CANVAS / Math.max(this.#image.naturalWidth, this.#image.naturalHeight));
    const width = Math.max(1, Math.round(this.#image.naturalWidth * scale));
    const height = Math.max(1, Math.round(this.#image.naturalHeight * scale));
    this.#canvas.width = isTurned ? height : width;
    this.#canvas.height = isTurned ? width : height;
    const pen = this.#canvas.getContext('2d');
    if (!pen) return;
    pen.translate(this.#canvas.width / 2, this.#canvas.height / 2);
    pen.scale(this.#field('flipX').checked ? -1 : 1, this.#field('flipY').checked ? -1 : 1);
    pen.rotate((rotate * Math.PI) / 180);
    pen.drawImage(this.#image, -width / 2, -height / 2, width, height);
    this.#place();
  }

  #place(): void {
    const { x, y, width, height } = this.#now;
    Object.assign(this.#frame.style, { left: `${x}%`, top: `${y}%`, width: `${width}%`, height: `${height}%` });
  }

  #press(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const [dx, dy] = [arrow[0] * step, arrow[1] * step];
    const now = this.#now;
    if (event.target === this.#corner) this.#set({ ...now, width: now.width + dx, height: now.height + dy });
    else this.#set({ ...now, x: now.x + dx, y: now.y + dy });
  }

  #drag(event: PointerEvent): void {
    event.preventDefault();
    const isSize = event.target === this.#corner;
    const start = this.#now;
    const box = this.#canvas.getBoundingClientRect();
    this.#frame.setPointerCapture(event.pointerId);
    const move = ({ clientX, clientY }: PointerEvent): void => {
      const dx = ((clientX - event.clientX) / box.width) * 100;
      const dy = ((clientY - event.clientY) / box.height) * 100;
      if (isSize)
        this.#set({
          ...start,
          width: Math.min(start.width + dx, 100 - start.x),
          height: Math.min(start.height + dy, 100 - start.y),
        });
      else this.#set({ ...start, x: start.x + dx, y: start.y + dy });
    };
    this.#frame.addEventListener('pointermove', move);
    this.#frame.addEventListener('lostpointercapture', () => this.#frame.removeEventListener('pointermove', move), {
      once: true,
    });
  }

  /** Usual shapes: the largest frame of that shape, in the middle. */
  #shapes(): HTMLElement {
    const label = document.createElement('label');
    label.className = 'media-field';
    const select = document.createElement('select');
    select.className = 'form-select form-select-sm';
    for (const [name, value] of [
      [t('Any shape'), ''],
      ['1 : 1', '1'],
      ['4 : 3', String(4 / 3)],
      ['3 : 2', '1.5'],
      ['16 : 9', String(16 / 9)],
      ['3 : 4', '0.75'],
    ] as const)
      select.add(new Option(name, value));
    select.addEventListener('change', () => {
      const shape = Number(select.value);
      if (!shape) return;
      const whole = this.#canvas.width / this.#canvas.height;
      const width = shape > whole ? 100 : (shape / whole) * 100;
      const height = shape > whole ? (whole / shape) * 100 : 100;
      this.#set({ x: (100 - width) / 2, y: (100 - height) / 2, width, height });
    });
    label.append(t('Shape'), ' ', select);
    return label;
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
