// A process that changes plugins and ends itself at a step, as a fall of the machine would. For plugin-kill.test.ts.
import { parseSource } from '../../core/services/packages/source.ts';
import { PLAINLY, startPluginShop } from './plugin-shop.ts';

/** What the process does, and at which step it ends. */
export interface KilledChange {
  contentDir: string;
  what: 'install' | 'update' | 'rollback' | 'remove';
  name: string;
  /** Where the new version lies. */
  from: string;
  /** The step at whose beginning it ends; one that never comes lets it go on to the end. */
  step: string;
}

const { contentDir, what, name, from, step } = JSON.parse(process.argv[2] ?? '{}') as KilledChange;
const { site, stop } = await startPluginShop(contentDir);
const onStep = (now: string): void => {
  if (now === step) process.kill(process.pid, 'SIGKILL');
};
const options = { ...PLAINLY, activate: true, replace: what === 'update', onStep };
if (what === 'rollback') await site.pluginChanges.rollBack(name, options);
else if (what === 'remove') await site.pluginChanges.remove(name, { drop: true, options: [] }, onStep);
else await site.pluginChanges.install([{ source: parseSource(`folder:${from}`) }], options);
await stop();
