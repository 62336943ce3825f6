// Footnotes in pasted HTML: a mark that leads to its note, and a note that leads back. Word, other word processors, online
// documents and pages all write them so, each in its manner.
import { attribute } from './paste-marks.ts';

/** A note that was pasted: what it says is taken out of the text. */
export interface PastedNote {
  id: string;
  /** Where what it says stands. */
  source: Element;
}

/** What a mark looks like: a number, a letter, a sign, in brackets or not. */
const LABEL = /^[\s\u00a0]*[[(]?(?:\d{1,4}|[ivxlc]{1,6}|[a-z]|[*†‡§¶]{1,4})[\])]?[.:]?[\s\u00a0]*$/i;
/** A box around all of one note. */
const BOX = /mso-element:\s*(?:foot|end)note\b(?!-)/i;
const LIST = /mso-element:\s*(?:foot|end)note-list/i;
const BOX_ID = /^(?:ftn|edn|sdfootnote|sdendnote)\d+$/i;

/** Word may name its own file before the place in it. */
const targetOf = (link: Element): string =>
  /^(?:file:[^#]*)?#([^#]{1,200})$/i.exec(attribute(link, 'href').trim())?.[1] ?? '';
const linksOf = (root: Element): Element[] => [...root.querySelectorAll('a[href]')].filter((link) => targetOf(link));

/** The names by which links of the page lead to an element, or to a mark right around or inside of it. */
function namesOf(link: Element): string[] {
  const around = [link, link.parentElement, link.closest('li')].filter((element) => element !== null);
  return around.flatMap((element) => [attribute(element, 'id'), attribute(element, 'name')]).filter(Boolean);
}

/** All of a note: a box or an item of its own, else the line. */
function sourceOf(back: Element, root: Element): Element | undefined {
  for (let at: Element | null = back; at && at !== root; at = at.parentElement)
    if (at.localName === 'li' || BOX.test(attribute(at, 'style')) || BOX_ID.test(attribute(at, 'id'))) return at;
  return back.closest('p, dd, td, div') ?? undefined;
}

/**
 * Takes the notes out of pasted HTML and leaves at each mark an element `sup` with the id of its note.
 * What has no mark, or no note, stays as it is.
 */
export function takeNotes(root: Element): PastedNote[] {
  const links = linksOf(root);
  const byName = new Map<string, Element>();
  // Of several with one name the first counts, as in a browser.
  for (const link of links) for (const name of namesOf(link)) if (!byName.has(name)) byName.set(name, link);
  const found = new Map<Element, PastedNote>();
  for (const link of links) {
    const back = byName.get(targetOf(link));
    if (!back || back === link || found.has(back) || !LABEL.test(link.textContent ?? '')) continue;
    const leadsBack = namesOf(link).includes(targetOf(back));
    const isAfter = (link.compareDocumentPosition(back) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    const source = leadsBack && isAfter ? sourceOf(back, root) : undefined;
    // A note that holds its own mark is no note.
    if (!source || source === root || source.contains(link)) continue;
    found.set(back, { id: crypto.randomUUID(), source });
  }
  const sources = [...found.values()].map(({ source }) => source);
  for (const link of links) {
    const back = byName.get(targetOf(link));
    const note = back && found.get(back);
    const isMark = LABEL.test(link.textContent ?? '') && !sources.some((source) => source.contains(link));
    if (note && isMark) putMark(link, note.id);
  }
  for (const [back, { source }] of found) {
    for (const link of linksOf(source)) if (link === back || isBackLink(link)) link.remove();
    source.remove();
  }
  if (found.size > 0) removeRests(root);
  return [...found.values()];
}

/** A second way back to where the note is named again. */
const isBackLink = (link: Element): boolean =>
  /^[\s\u00a0]*(?:[↩↑^⏎][\ufe0e\ufe0f]?\s*\d*)?[\s\u00a0]*$/.test(link.textContent ?? '');

/** In the place of a mark, and of what raises nothing but it. */
function putMark(link: Element, id: string): void {
  const mark = link.ownerDocument.createElement('sup');
  mark.setAttribute('data-fn', id);
  const { parentElement: around } = link;
  const isAlone = around?.localName === 'sup' && around.textContent === link.textContent;
  (isAlone ? around : link).replaceWith(mark);
}

/** What framed the notes: their line, their heading, and boxes that are empty now. */
function removeRests(root: Element): void {
  for (const heading of root.querySelectorAll('[data-footnotes] > *, [role="doc-endnotes"] > *'))
    if (/^h[1-6]$/.test(heading.localName)) heading.remove();
  for (const element of [...root.querySelectorAll('div, section, ol, ul, dl')])
    if (LIST.test(attribute(element, 'style'))) element.remove();
  for (let last = root.lastElementChild; last && isRest(last); last = root.lastElementChild) last.remove();
}

function isRest(element: Element): boolean {
  const isEmpty = (element.textContent ?? '').trim() === '' && !element.querySelector('img, iframe, [data-fn]');
  return isEmpty && /^(?:hr|div|section|ol|ul|dl|br|p|footer)$/.test(element.localName);
}
