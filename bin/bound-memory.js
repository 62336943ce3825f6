// Bounds the memory of a process, which V8 lets grow far beyond what is in use. `--max-semi-space-size` counts on the
// command line of Node only, and that is not always ours.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const ENOUGH_BYTES = 8_000_000;
const EVERY_MS = 50;
/**
 * How much may come to what is in use, in percent, before old objects are looked through. V8 waits for up to four times
 * as much: long work that needs 50 MB, such as an import, then holds 340 MB, and 230 with this.
 */
const GROWTH_PERCENT = 75;

const youngBytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;

/**
 * Lets the space for young objects grow until it is large enough, and then no more (it would grow to 130 MB under load,
 * and a tenth of that costs next to no time), and old objects by a part of what is in use.
 */
export function boundMemory() {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  const watch = setInterval(() => {
    if (youngBytes() < ENOUGH_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(watch);
  }, EVERY_MS);
  watch.unref();
}
