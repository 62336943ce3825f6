import type { Context, Screen, ScreenContext, Site } from 'galley';
import { plansFor, showBoard, waitingFor } from './board.ts';
import { actOnChange, showChange } from './change-screen.ts';
import type { PendingChanges } from './changes.ts';
import { addByScript, noteSchema } from './note-panel.ts';
import { actOnNotes, showMentions, showNotes } from './note-screen.ts';
import type { Notes } from './notes.ts';
import type { Places } from './places.ts';
import { sendPlan, showPlan } from './plan-screen.ts';

/** Whoever writes anything at all; which entries he sees is asked for each. */
const writes = ({ site, viewer }: ScreenContext): boolean =>
  site.types.list().some(({ value }) => viewer.can(`edit_${value.capability}s`));

const forWriters = { authenticated: true, allow: writes } as const satisfies Partial<Screen>;

/** The screens of stages. */
export function addStageScreens({ admin }: Site, places: Places): void {
  const settings = { title: 'Stages', capability: 'manage_options', get: showPlan, post: sendPlan };
  const menu = { group: 'structure', icon: 'signpost-split', order: 40 } as const;
  admin.screen({ path: '/workflow/stages', menu, ...settings });
  admin.screen({ path: '/workflow/stages/:type', ...settings });
  admin.screen({
    path: '/workflow',
    title: 'On its way',
    authenticated: true,
    allow: async (page) => (await plansFor(page.site, page.viewer)).length > 0,
    query: ['type', 'stage'],
    help: 'What is on its way to being published, by stage. Who may move it on from which stage is set under Stages.',
    get: (page) => showBoard(page, places),
  });
  admin.menu.add(async (input) => {
    if ((await plansFor(input.site, input.viewer)).length === 0) return [];
    const count = (await waitingFor(input, places)).length;
    return [{ label: 'On its way', path: '/workflow', group: 'content', icon: 'signpost', order: 30, count }];
  });
}

/** The screen of a change that waits. */
export function addChangeScreens({ admin }: Site, changes: PendingChanges): void {
  admin.screen({
    path: '/workflow/change/:id(int)',
    title: 'Pending change',
    ...forWriters,
    get: (page) => showChange(page, changes),
    post: (page) => actOnChange(page, changes),
  });
}

/** The screens of notes and mentions, and the address that scripts send notes to. */
export function addNoteScreens({ admin, routes }: Site, notes: Notes): void {
  admin.screen({
    path: '/workflow/notes/:id(int)',
    title: 'Notes',
    ...forWriters,
    get: (page) => showNotes(page, notes),
    post: (page) => actOnNotes(page, notes),
  });
  admin.screen({
    path: '/workflow/mentions',
    title: 'Mentions',
    ...forWriters,
    get: (page) => showMentions(page, notes),
  });
  admin.menu.add(async ({ viewer }) => {
    const count = (await notes.mentions(viewer, { onlyUnseen: true })).length;
    // Nobody needs the place who has nothing there; the first screen leads to it as well.
    return count === 0
      ? []
      : [{ label: 'Mentions', path: '/workflow/mentions', group: 'content', icon: 'at', order: 31, count }];
  });
  routes.post(
    '/admin/api/workflow/notes/:id(int)',
    {
      authenticated: true,
      area: 'admin',
      schema: noteSchema,
      rateLimit: { max: 60, seconds: 60 },
      summary: 'A note on an entry, from its form',
    },
    (context) => addByScript(context as Context, notes),
  );
}
