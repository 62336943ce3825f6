import type { Entry, Site } from 'galley';
import { changeUrl } from './change-screen.ts';
import type { PendingChanges } from './changes.ts';
import { mayGoOut, planOf } from './plan.ts';

const PRESS = 'pending-change';
/** What of a form is not kept with a change. */
const NOT_KEPT = /^(_token|_find|_add|press|version|password|stageNote|status|do|answer\.\d+)$/;

const isLive = (entry: Entry | undefined): entry is Entry => entry?.status === 'publish' || entry?.status === 'private';

/** Lets the form of a live entry keep what was typed as a change that waits, and go on with one. */
export function addChangeForm(site: Site, changes: PendingChanges): void {
  site.hooks.addFilter('entry-form:building', async (form, { page, type, entry }) => {
    if (!isLive(entry) || !site.entries.may(page.viewer, 'edit', entry)) return form;
    const plan = await planOf(site, type.name);
    // Where readers see only what has passed, who cannot let it pass has this way alone.
    const mustWait = plan?.mustPass === true && !mayGoOut(page.viewer, plan, 0);
    if (mustWait) form.buttons = form.buttons.filter(({ press }) => press !== 'save');
    const button = { label: page.t('Save as a pending change'), press: PRESS, isPrimary: mustWait };
    form.buttons.splice(mustWait ? form.buttons.length : 0, 0, button);
    const change = await changes.of(entry, page.viewer);
    if (!change) return form;
    if (change.problem)
      form.notices.push({
        kind: 'danger',
        text: page.t('The change that waits did not go out when it should have: {why}', { why: change.problem }),
        link: { label: page.t('Look at the change'), url: changeUrl(entry) },
      });
    const isHere = page.text('restore') === 'change';
    form.notices.push({
      kind: 'info',
      text: isHere
        ? page.t('This is the change that waits, and not what visitors see.')
        : page.t('A change waits beside this. Visitors do not see it yet.'),
      link: { label: page.t('Look at the change'), url: changeUrl(entry) },
    });
    return form;
  });
  site.hooks.addFilter('entry-form:opening', async (kept, { page, entry }) => {
    if (page.text('restore') !== 'change' || !isLive(entry)) return kept;
    const change = await changes.of(entry, page.viewer);
    return change ? { values: new Map(change.form), version: change.baseVersion } : kept;
  });
  site.hooks.addResponder('entry-form:taking', async ({ page, entry, press, draft }) => {
    if (press !== PRESS || !isLive(entry)) return undefined;
    const form = [...page.values]
      .filter(([name]) => !NOT_KEPT.test(name))
      .map(([name, list]): [string, string[]] => [name, [...list]]);
    const baseVersion = Number(page.value('version')) || entry.version;
    await changes.save(entry, draft, { viewer: page.viewer, baseVersion, form });
    return page.redirect(changeUrl(entry), {
      kind: 'success',
      text: page.t('Kept as a pending change. Visitors see what they saw before.'),
    });
  });
  site.hooks.addFilter('preview:showing', async (entry, { shows, viewer }) => {
    if (shows !== 'pending') return entry;
    const change = await changes.of(entry, viewer);
    if (!change) return entry;
    const { terms: _terms, ...draft } = change.draft;
    return { ...entry, ...draft };
  });
}
