import { t } from './page.ts';
import { request } from './request.ts';
import { toast } from './toast.ts';

const STEP = 100;

/** What one request of an action on many did. */
export interface ManyDone {
  done: number[];
  left: number;
  refusal: string;
  said: string;
  /** The name of the action that takes it back; empty where none does. */
  undo: string;
  /** What is sent besides to take it back. */
  more?: Record<string, string>;
}

/** Something that is done with many things, for which `actOnSelected` answers. */
export interface ManyAct {
  url: string;
  action: string;
  ids: readonly string[];
  /** What it is done with, such as a text. */
  values: Record<string, string>;
  /** Where a bar shows how far it is, and what that is called. */
  place: HTMLElement;
  label: string;
}

/** Does something with many in steps, with a bar that shows how far they are. Where one fails, the rest is left. */
export async function actOnMany({ url, action, ids, values, place, label }: ManyAct): Promise<ManyDone[]> {
  const progress = document.createElement('progress');
  progress.className = 'bulk-progress';
  progress.max = ids.length;
  progress.setAttribute('aria-label', label);
  place.append(progress);
  const steps: ManyDone[] = [];
  try {
    for (let at = 0; at < ids.length; at += STEP) {
      steps.push(await send(url, action, ids.slice(at, at + STEP), values));
      progress.value = Math.min(ids.length, at + STEP);
    }
  } catch (error) {
    toast({ text: error instanceof Error ? error.message : String(error), kind: 'danger' });
  }
  progress.remove();
  return steps;
}

/** Says what was done with many, and offers to take it back. */
export function tellOfMany(steps: readonly ManyDone[], takeBack: () => void): void {
  const count = steps.reduce((sum, { done }) => sum + done.length, 0);
  const left = steps.reduce((sum, step) => sum + step.left, 0);
  const refusal = steps.findLast((step) => step.refusal !== '')?.refusal ?? '';
  const canUndo = count > 0 && steps.some(({ undo }) => undo !== '');
  toast({
    text:
      left > 0
        ? `${t('Done: {count}. Left as they were: {left}.', { count, left })} ${refusal}`
        : t('Done: {count}.', { count }),
    kind: left > 0 ? 'warning' : 'success',
    ...(canUndo ? { action: { label: t('Undo'), press: takeBack } } : {}),
  });
}

/** Takes back what was done with many, step by step as it was done. @returns with how many */
export async function takeManyBack(url: string, steps: readonly ManyDone[]): Promise<number> {
  let count = 0;
  for (const { undo, done, more = {} } of steps)
    if (undo && done.length > 0) count += (await send(url, undo, done.map(String), more)).done.length;
  return count;
}

function send(url: string, action: string, ids: readonly string[], more: Record<string, string>): Promise<ManyDone> {
  const form = new URLSearchParams({ ...more, action, ids: ids.join(','), _sure: '1' });
  return request<ManyDone>(url, { form });
}
