// The kinds of block that have an editing view. One more is one more file and one more line here.
import { Kinds } from '../model/kinds.ts';
import { accordion, accordionHeading, accordionItem, accordionPanel } from './accordion.ts';
import { button, buttons } from './button.ts';
import { code, preformatted, verse } from './code.ts';
import { column, columns, container } from './container.ts';
import { details } from './details.ts';
import { file } from './file.ts';
import { footnotes } from './footnotes.ts';
import { heading } from './heading.ts';
import { image } from './image.ts';
import { island } from './island.ts';
import { list, listItem } from './list.ts';
import { math } from './math.ts';
import { media } from './media.ts';
import { paragraph } from './paragraph.ts';
import { pullquote, quote } from './quote.ts';
import { html, shortcode } from './source.ts';
import { table } from './table.ts';

/** All kinds, the paragraph first: it is what one writes into when nothing else is said. */
export const kinds = new Kinds([
  paragraph,
  heading,
  list,
  listItem,
  quote,
  pullquote,
  code,
  preformatted,
  verse,
  table,
  details,
  accordion,
  accordionItem,
  accordionHeading,
  accordionPanel,
  math,
  html,
  shortcode,
  image,
  media,
  file,
  buttons,
  button,
  footnotes,
  container,
  columns,
  column,
  island,
]);
