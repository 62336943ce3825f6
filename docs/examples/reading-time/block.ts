import { type BlockDefinition, escapeHtml, wrapperAttributes } from 'galley';
import { minutesFor, speedOf } from './reading-time.ts';

/** `<!-- wp:reading-time/minutes {"prefix":"Takes"} /-->` in a text. */
export const readingTimeBlock: BlockDefinition<number> = {
  title: 'Reading time',
  icon: 'clock',
  attributes: { prefix: { type: 'string', default: 'Reading time:' } },
  // Called once for all such blocks of a page.
  load(_blocks, { site, tag }) {
    tag('option:reading_speed');
    return speedOf(site);
  },
  render(block, speed) {
    const minutes = minutesFor(block.scope.entry?.wordCount ?? 0, speed);
    const prefix = escapeHtml(String(block.attrs['prefix']));
    return `<p${wrapperAttributes(block.name, block.attrs)}>${prefix} ${minutes} min</p>`;
  },
};
