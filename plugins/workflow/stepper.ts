import type { Entry, ScreenContext, Site } from 'galley';
import { MOVE_KEY, NOTE_KEY } from './guard.ts';
import type { Places } from './places.ts';
import { indexOf, mayGoOut, mayMove, type Plan, planOf } from './plan.ts';

const PRESS = 'stage:';

/** Shows where an entry stands above its text, with a button for each way it may go. */
export function addStepper(site: Site, places: Places): void {
  site.hooks.addFilter('entry-form:building', async (form, { page, type, entry }) => {
    const plan = await planOf(site, type.name);
    if (!plan) return form;
    const isOut = ['publish', 'private', 'future'].includes(entry?.status ?? '');
    const place = entry && (await places.of([entry.id])).get(entry.id);
    const at = indexOf(plan, place?.stage);
    if (!isOut) {
      const mayPublish = page.viewer.can(`publish_${type.capability}s`) && mayGoOut(page.viewer, plan, at);
      form.buttons = form.buttons
        .filter(({ press }) => press !== 'pending' && (press !== 'publish' || mayPublish))
        // Saving leaves the entry where it stands.
        .map((button) =>
          button.press === 'draft' && entry ? { ...button, label: page.t('Save'), press: 'save' } : button,
        );
    }
    form.stylesheets.push(await site.assets.url('workflow', 'workflow.css'));
    const html = await page.fragment('workflow/stepper', await stepsOf(page, plan, { entry, at, isOut, places }));
    form.abovePanels.push({ id: 'stages', title: 'Stages', order: 1, html });
    return form;
  });
  site.hooks.addFilter('entry-form:sent', (draft, { page, press }) => {
    if (!press.startsWith(PRESS)) return draft;
    const meta = { ...draft.meta, [MOVE_KEY]: press.slice(PRESS.length), [NOTE_KEY]: page.value('stageNote') };
    return { ...draft, meta };
  });
  site.hooks.addFilter('entry-form:told', async (notice, { page, saved, press }) => {
    // A warning tells of more than the move.
    if (!press.startsWith(PRESS) || notice.kind !== 'success') return notice;
    const plan = await planOf(site, saved.type);
    const place = (await places.of([saved.id])).get(saved.id);
    const stage = plan?.stages[indexOf(plan, place?.stage)]?.title;
    return stage ? { ...notice, text: page.t('It stands at “{stage}” now.', { stage }) } : notice;
  });
}

interface Standing {
  entry: Entry | undefined;
  at: number;
  isOut: boolean;
  places: Places;
}

async function stepsOf(page: ScreenContext, plan: Plan, { entry, at, isOut, places }: Standing) {
  const { viewer, site } = page;
  const steps = plan.stages.map(({ title }, index) => ({
    title,
    isDone: isOut || index < at,
    isCurrent: !isOut && index === at,
  }));
  const ways = plan.stages.flatMap(({ id, title }, to) => {
    if (!entry || isOut || !mayMove(viewer, plan, { from: at, to })) return [];
    // Forward to the next and as far as one may; back to each.
    const label =
      to > at ? page.t('Move to {stage}', { stage: title }) : page.t('Send back to {stage}', { stage: title });
    return [{ label, press: `${PRESS}${id}`, isForward: to === at + 1 }];
  });
  const moves = entry ? await places.moves(entry.id, 10) : [];
  const users = await site.users.findByIds(moves.flatMap(({ by }) => by ?? []));
  const names = new Map(users.map(({ id, name }) => [id, name]));
  const titles = new Map(plan.stages.map(({ id, title }) => [id, title]));
  return {
    steps: [...steps, { title: page.t('Published'), isDone: false, isCurrent: isOut }],
    ways,
    moves: moves.map(({ from, to, by, at: time, note }) => ({
      who: names.get(by ?? 0) ?? page.t('Galley'),
      from: titles.get(from) ?? from,
      to: titles.get(to) ?? to,
      time,
      note,
    })),
  };
}
