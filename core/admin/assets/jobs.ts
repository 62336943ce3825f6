// Renews how far jobs are. Without this the page shows it as it was when it was opened.
import { announce, request } from 'galley/client';

interface JobProgress {
  id: number;
  word: string;
  tone: string;
  isOpen: boolean;
  isActive: boolean;
  done: number;
  total: number;
  text: string;
}

const QUICK_MS = 1_000;
const SLOW_MS = 10_000;
let isFollowing = false;

/** The boxes of jobs that have not ended. Lists draw theirs anew. */
function openBoxes(): Map<number, HTMLElement> {
  const found = document.querySelectorAll<HTMLElement>('[data-job][data-open="true"]');
  return new Map([...found].map((box) => [Number(box.dataset['job']), box]));
}

function show(box: HTMLElement, job: JobProgress): void {
  const badge = box.querySelector('.state');
  if (badge && badge.textContent !== job.word) {
    badge.textContent = job.word;
    badge.className = `state state-${job.tone}`;
    announce(job.word);
  }
  const text = box.querySelector('[data-job-text]');
  if (text) text.textContent = job.text;
  let bar = box.querySelector('progress');
  if (job.isActive && !bar) {
    bar = document.createElement('progress');
    bar.setAttribute('aria-label', job.word);
    box.insertBefore(bar, text);
  }
  if (!job.isActive) bar?.remove();
  else if (bar && job.total > 0) {
    bar.max = job.total;
    bar.value = job.done;
  }
}

/** A job that has ended: the page that is about it is opened anew, because now it has the result. */
function end(box: HTMLElement): void {
  box.dataset['open'] = 'false';
  if (box.closest('[data-job-page]')) location.reload();
}

async function renew(boxes: ReadonlyMap<number, HTMLElement>): Promise<void> {
  if (boxes.size === 0) return;
  const { jobs } = await request<{ jobs: JobProgress[] }>(
    `/admin/api/jobs?ids=${[...boxes.keys()].slice(0, 50).join(',')}`,
  );
  const found = new Map(jobs.map((job) => [job.id, job]));
  for (const [id, box] of boxes) {
    const job = found.get(id);
    if (job) show(box, job);
    if (!job?.isOpen) end(box);
  }
}

async function follow(): Promise<void> {
  if (isFollowing) return;
  isFollowing = true;
  while (openBoxes().size > 0) {
    let pause = document.hidden ? SLOW_MS : QUICK_MS;
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      await renew(openBoxes());
    } catch {
      pause = SLOW_MS; // The server is away for a moment: it is asked again, less often.
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  isFollowing = false;
}

document.addEventListener('list:drawn', () => void follow());
void follow();
