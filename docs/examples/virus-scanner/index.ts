// A virus scanner: each file that comes in is shown to ClamAV before it is stored.
import { definePlugin } from 'galley';
import { Clamd } from './clamd.ts';

/** Where Debian's clamd listens. */
const USUAL_PLACE = '/run/clamav/clamd.ctl';

export default definePlugin((site) => {
  // Named by who runs the machine and by nobody in the admin: it is an address in his own network.
  const clamd = new Clamd(process.env['CLAMD_ADDRESS'] ?? USUAL_PLACE);

  // It looks first: what another listener would make of the file does not matter when it is malicious.
  const before = { priority: -100 };
  site.hooks.addResponder(
    'file:received',
    async ({ path, name }) => {
      try {
        const verdict = await clamd.scan(path);
        return verdict.clean ? undefined : { refused: `it is recognised as ${verdict.found}.` };
      } catch (error) {
        // A listener that throws has no answer, and the file would come in. What nobody looked at stays out.
        site.log.error({ err: error, name }, 'A file could not be scanned');
        return {
          refused: 'nobody could look at it, because the virus scanner does not answer or takes no file of this size.',
        };
      }
    },
    before,
  );

  // Degraded, not down: nothing can be uploaded, and everything else goes on.
  site.health.define('virus-scanner', () =>
    clamd.ping().then(
      () => ({ status: 'ok' }),
      () => ({ status: 'degraded', message: 'clamd does not answer: nothing can be uploaded until it does.' }),
    ),
  );
});
