import type { Site, Viewer } from 'galley';

/** A step on the way from draft to reader. */
export interface Stage {
  id: string;
  title: string;
  /** The roles that may bring an entry here. Administrators may always. */
  roles: string[];
}

/** The way that the entries of a type go. */
export interface Plan {
  /** In order; an entry begins at the first. */
  stages: Stage[];
  /** Whether only what stands at the last stage may be published. */
  mustPass: boolean;
}

const OPTION = 'workflow_plans';
export const MAX_STAGES = 10;

/** Plans without stages: as if there were none. */
const NONE: Plan = { stages: [], mustPass: false };

/** Defines the setting that holds the plans, by name of the type. */
export function definePlans(site: Site): void {
  const stage = {
    type: 'object',
    additionalProperties: false,
    required: ['id', 'title', 'roles'],
    properties: {
      id: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' },
      title: { type: 'string', minLength: 1, maxLength: 60 },
      roles: { type: 'array', maxItems: 50, items: { type: 'string', maxLength: 60 } },
    },
  };
  const plan = {
    type: 'object',
    additionalProperties: false,
    required: ['stages', 'mustPass'],
    properties: {
      stages: { type: 'array', maxItems: MAX_STAGES, items: stage },
      mustPass: { type: 'boolean' },
    },
  };
  site.options.define(OPTION, {
    label: 'Stages of each content type',
    default: {},
    schema: { type: 'object', additionalProperties: plan },
  });
}

/** The plan of a type; undefined where it has none and all is as without this plugin. */
export async function planOf(site: Site, type: string): Promise<Plan | undefined> {
  const plan = await storedPlan(site, type);
  return plan.stages.length > 1 ? plan : undefined;
}

/** The plan of a type as it stands in the settings, with however many stages. */
export async function storedPlan(site: Site, type: string): Promise<Plan> {
  const plans = await site.options.get<Record<string, Plan>>(OPTION);
  return (Object.hasOwn(plans, type) && plans[type]) || NONE;
}

/** Sets the plan of a type. */
export async function savePlan(site: Site, type: string, plan: Plan): Promise<void> {
  const plans = await site.options.get<Record<string, Plan>>(OPTION);
  await site.options.set(OPTION, { ...plans, [type]: plan });
}

/** The place of a stage in its plan; one that is gone counts as the first. */
export function indexOf(plan: Plan, stageId: string | undefined): number {
  return Math.max(
    0,
    plan.stages.findIndex(({ id }) => id === stageId),
  );
}

/** Whether somebody may bring an entry to a stage at all. */
export function mayEnter(viewer: Viewer, stage: Stage | undefined): boolean {
  if (!stage) return false;
  return viewer.can('manage_options') || stage.roles.some((role) => viewer.roles.includes(role));
}

/**
 * Whether somebody may move an entry. Forward he needs the right for every stage on the way, so that none is skipped.
 * Back he needs the right for where it goes, or the right to decide on it where it is: whoever may let it pass may also
 * send it back.
 */
export function mayMove(viewer: Viewer, plan: Plan, { from, to }: { from: number; to: number }): boolean {
  if (from === to) return false;
  if (to > from) return plan.stages.slice(from + 1, to + 1).every((stage) => mayEnter(viewer, stage));
  return [plan.stages[to], plan.stages[from], plan.stages[from + 1]].some((stage) => mayEnter(viewer, stage));
}

/** Whether an entry may go out from where it is, as far as the plan is concerned. */
export function mayGoOut(viewer: Viewer, plan: Plan, from: number): boolean {
  const last = plan.stages.length - 1;
  return !plan.mustPass || from === last || mayMove(viewer, plan, { from, to: last });
}
