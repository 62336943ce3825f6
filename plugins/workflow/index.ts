import { join } from 'node:path';
import { definePlugin } from 'galley';
import { addChangeForm } from './change-form.ts';
import { PendingChanges } from './changes.ts';
import { containedMoves, containedNotes } from './contained-news.ts';
import { guardSaves } from './guard.ts';
import { defineHooks } from './hooks.ts';
import { addNotePanel } from './note-panel.ts';
import { Notes } from './notes.ts';
import { Places } from './places.ts';
import { definePlans } from './plan.ts';
import { addChangeScreens, addNoteScreens, addStageScreens } from './screens.ts';
import { addStageList } from './stage-list.ts';
import { addStepper } from './stepper.ts';
import { todoWidget } from './todo.ts';

export default definePlugin((site) => {
  const places = new Places(site);
  const changes = new PendingChanges(site);
  const notes = new Notes(site);
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('workflow', join(import.meta.dirname, 'assets'));
  defineHooks(site);
  site.contained.adapters.set('note:added', containedNotes);
  site.contained.adapters.set('entry:moved', containedMoves);
  definePlans(site);
  guardSaves(site, places);
  addStepper(site, places);
  addStageList(site, places);
  addStageScreens(site, places);
  addChangeForm(site, changes);
  addChangeScreens(site, changes);
  addNotePanel(site, notes);
  addNoteScreens(site, notes);
  site.hooks.addCollector('admin:dashboard', (input) => todoWidget(input, { places, notes, changes }));
  site.hooks.addAction('entry:removed', async ({ entry }) => {
    await changes.forget(entry.id);
    await notes.forget(entry.id);
  });
  site.cron.define('pending-changes', {
    schedule: '* * * * *',
    summary: 'Lets pending changes go out whose moment has come.',
    run: async () => void (await changes.publishDue()),
  });
});
