// Bounds the memory for young objects. V8 lets it grow to 130 MB under load, which a process then keeps; a tenth of that
// costs next to no time. `--max-semi-space-size` counts on the command line of Node only, and that is not always ours.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const ENOUGH_BYTES = 8_000_000;
const EVERY_MS = 50;

const youngBytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;

/** Lets the young space of this process grow until it is large enough, and then no more. */
export function boundYoungSpace() {
  const watch = setInterval(() => {
    if (youngBytes() < ENOUGH_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(watch);
  }, EVERY_MS);
  watch.unref();
}
