// What of the clipboard's HTML was meant to be copied, without anything that acts.

/** What was copied. A spreadsheet marks the rows only: they need the table that they stand in. Word puts notes behind it. */
export function fragmentOf(html: string): string {
  const [, fragment = html, rest = ''] = /<!--StartFragment-->([\s\S]*)<!--EndFragment-->([\s\S]*)/.exec(html) ?? [];
  const notes = rest.search(/<div\b[^>]*mso-element:\s*(?:foot|end)note-list/i);
  if (notes >= 0) return fragment + rest.slice(notes);
  return /^\s*<(col|colgroup|thead|tbody|tfoot|tr|td|th)\b/i.test(fragment) ? `<table>${fragment}</table>` : fragment;
}

/** Words of scripts and styles, and what is to happen at events: nothing of it would run, but the page's policy is asked. */
export function withoutActs(html: string): string {
  return (
    html
      .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
      .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\son[a-z]+\s*=/gi, ' data-off='))
      // Word wraps the signs of its lists in conditional comments.
      .replace(/<!--\[if !supportLists\]-->[\s\S]*?<!--\[endif\]-->/g, '')
  );
}
