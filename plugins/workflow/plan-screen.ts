import { type ContentType, GalleyError, type Reply, type ScreenContext, slugify } from 'galley';
import { MAX_STAGES, type Plan, type Stage, savePlan, storedPlan } from './plan.ts';

const SPARE_ROWS = 2;
const BASE = '/admin/workflow/stages';

function typesOf({ site }: ScreenContext): ContentType[] {
  return site.types.list().flatMap(({ value }) => (value.showInAdmin && value.name !== 'attachment' ? [value] : []));
}

function typeOf(page: ScreenContext): ContentType {
  const name = page.params['type'];
  const type = name === undefined ? typesOf(page)[0] : typesOf(page).find((item) => item.name === name);
  if (!type) throw new GalleyError('GALLEY_TYPE_UNKNOWN', 'There is no content of that type.');
  return type;
}

/** The stages of a type, to be changed. */
export async function showPlan(page: ScreenContext): Promise<Reply> {
  return show(page, await storedPlan(page.site, typeOf(page).name), '');
}

async function show(page: ScreenContext, plan: Plan, problem: string): Promise<Reply> {
  const type = typeOf(page);
  const roles = await page.site.roles.list();
  const blank: Stage = { id: '', title: '', roles: [] };
  const spare = Math.max(0, Math.min(SPARE_ROWS, MAX_STAGES - plan.stages.length));
  const rows = [...plan.stages, ...Array.from({ length: spare }, () => blank)].map((stage, index) => ({
    ...stage,
    index,
    number: index + 1,
    isNew: stage.title === '',
    choices: roles
      .filter(({ name }) => name !== 'administrator')
      .map(({ name, title: label }) => ({ name, label: page.t(label), checked: stage.roles.includes(name) })),
  }));
  const data = {
    title: page.t('Stages of {type}', { type: page.t(type.title) }),
    intro: page.t(
      'The way from draft to reader. Without stages it is as always: a draft, in review, published. With at least two, entries move from one to the next.',
    ),
    tabs: typesOf(page).map(({ name, title }) => ({
      label: title,
      url: `${BASE}/${name}`,
      current: name === type.name,
      isCurrent: name === type.name,
    })),
    stylesheets: [await page.site.assets.url('workflow', 'workflow.css')],
    rows,
    count: rows.length,
    mustPass: plan.mustPass,
    problem,
  };
  return page.view('workflow/plan', data, { status: problem ? 422 : 200 });
}

/** Saves the stages of a type. */
export async function sendPlan(page: ScreenContext): Promise<Reply> {
  const type = typeOf(page);
  const plan = await readPlan(page, await storedPlan(page.site, type.name));
  const titles = plan.stages.map(({ title }) => title.toLowerCase());
  if (new Set(titles).size < titles.length)
    return show(page, plan, page.t('Two stages have the same name. Give each its own.'));
  if (plan.stages.length === 1) return show(page, plan, page.t('One stage leads nowhere. Name at least two, or none.'));
  await savePlan(page.site, type.name, plan);
  const text =
    plan.stages.length === 0
      ? page.t('Saved. There are no stages: whoever may publish does so.')
      : page.t('Saved. The stages hold from now on.');
  return page.redirect(`${BASE}/${type.name}`, { kind: 'success', text });
}

async function readPlan(page: ScreenContext, stored: Plan): Promise<Plan> {
  const known = new Set((await page.site.roles.list()).map(({ name }) => name));
  const count = Math.min(Number(page.value('count')) || 0, MAX_STAGES + SPARE_ROWS);
  const rows: (Stage & { order: number })[] = [];
  const taken = new Set<string>();
  for (let index = 0; index < count; index++) {
    const title = page.value(`stage.${index}.title`).trim().slice(0, 60);
    if (title === '' || page.value(`stage.${index}.remove`) === '1') continue;
    const given = page.value(`stage.${index}.id`);
    const id = stored.stages.some((stage) => stage.id === given) && !taken.has(given) ? given : freshId(title, taken);
    taken.add(id);
    const roles = (page.values.get(`stage.${index}.roles`) ?? []).filter((role) => known.has(role));
    rows.push({ id, title, roles, order: Number(page.value(`stage.${index}.order`)) || index + 1 });
  }
  const stages = rows
    .sort((a, b) => a.order - b.order)
    .slice(0, MAX_STAGES)
    .map(({ order: _order, ...stage }) => stage);
  return { stages, mustPass: page.value('mustPass') === '1' };
}

/** An id that entries keep when the stage is renamed. */
function freshId(title: string, taken: ReadonlySet<string>): string {
  const base = (slugify(title).replace(/[^a-z0-9-]/g, '') || 'stage').slice(0, 36);
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id)) return id;
  }
}
