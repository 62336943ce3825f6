/**
 * Names that scripts read from `window`, `document` or an element. An element with such an id or name would stand in
 * for the real thing ("DOM clobbering"). Names of several words (`getElementById`) are seen by their shape.
 */
const RESERVED = new Set(
  `alert all anchors applets attributes blur body caches cancel children chrome classname click close closed confirm
  console content cookie crypto csrf dataset dispatch document domain embeds event external fetch focus form forms
  frames galley global head history history host hostname href id images implementation import indexeddb innerhtml
  innertext input jquery layers length links location locationbar match matches menubar method module name navigator
  nodetype open opener origin outerhtml parent performance personalbar plugins port print process promise prompt
  prototype proto referrer remove require reset screen scripts scroll scrollbars self srcdoc state status statusbar
  stop style submit target text textcontent title token toolbar top trustedtypes type undefined url value
  visualviewport window wp write writeln`.split(/\s+/),
);

const PREFIX = 'user-content-';

function isRisky(name: string): boolean {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return false;
  return /[a-z][A-Z]|^_|\$/.test(name) || RESERVED.has(name.toLowerCase());
}

/**
 * The id or name as an author may set it: one that a script could take for something of the browser's gets a prefix,
 * all others stay, so that links to them go on working.
 */
export function guardName(name: string): string {
  return isRisky(name) ? PREFIX + name : name;
}

/** The link as it must be to reach an id that `guardName` has changed: only `#fragment` links change. */
export function guardFragment(url: string): string {
  return url.startsWith('#') ? `#${guardName(url.slice(1))}` : url;
}
