// Loaded into a process of a test by --import: switches one guard off by changing its source while it is loaded, so that
// production code needs no switch. GALLEY_GUARD_OFF names it.
import { registerHooks } from 'node:module';
import { GUARDS } from './guards.ts';

const off = GUARDS[process.env['GALLEY_GUARD_OFF'] ?? ''];
if (off) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(`/${off.file}`) || loaded.source === undefined || loaded.source === null) return loaded;
      const source =
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
      return { ...loaded, source: source.replace(off.code, () => off.without) };
    },
  });
}
