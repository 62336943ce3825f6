import { GalleyError } from 'galley';

/**
 * The text of each object of a list in JSON, or of objects one after the other, without the list being read as a whole.
 * @throws GALLEY_INPUT_INVALID where something else stands between them, or one is longer than `max`
 */
export async function* splitObjects(chunks: AsyncIterable<string>, max: number): AsyncGenerator<string> {
  let depth = 0;
  let inText = false;
  let isEscaped = false;
  let kept = '';
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const sign = chunk[at] ?? '';
      if (inText) {
        if (isEscaped) isEscaped = false;
        else if (sign === '\\') isEscaped = true;
        else if (sign === '"') inText = false;
      } else if (depth > 0 && sign === '"') inText = true;
      else if (sign === '{' || (depth > 0 && sign === '[')) {
        if (depth === 0) from = at;
        depth += 1;
      } else if (depth > 0 && (sign === '}' || sign === ']')) {
        depth -= 1;
        if (depth > 0) continue;
        yield kept + chunk.slice(from, at + 1);
        kept = '';
      } else if (depth === 0 && !/[\s,[\]\uFEFF]/.test(sign))
        throw new GalleyError('GALLEY_INPUT_INVALID', 'The file is no list of objects in JSON.');
    }
    if (depth > 0) kept += chunk.slice(from);
    if (kept.length > max) throw new GalleyError('GALLEY_INPUT_INVALID', 'One object of the file is too long.');
  }
  if (depth > 0) throw new GalleyError('GALLEY_INPUT_INVALID', 'The file ends in the middle of an object.');
}
