/** Makes the root-relative addresses in HTML absolute: readers show it far from the site. */
export function absoluteLinks(html: string, origin: string): string {
  // Most texts have none, and looking for the places costs as much as the rest of the item.
  if (!['="/', "='/", 'srcset='].some((mark) => html.includes(mark))) return html;
  return html
    .replace(/(\s(?:href|src|poster)=["'])\/(?!\/)/g, `$1${origin}/`)
    .replace(
      /(\ssrcset=["'])([^"']*)/g,
      (_, start: string, list: string) => start + list.replace(/(^|,\s*)\/(?!\/)/g, `$1${origin}/`),
    );
}

/** Text for a CDATA section, which must not contain its own end. */
export function cdata(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 forbids.
  return `<![CDATA[${text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
