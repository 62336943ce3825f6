import { type MediaItem, mediaThumb, t } from 'galley/client';

/** A file in the grid, as the server's template has it. */
export function cardOf(item: MediaItem): HTMLLIElement {
  const cell = document.createElement('li');
  cell.className = 'media-cell';
  cell.dataset['id'] = String(item.id);
  const card = document.createElement('a');
  card.className = 'media-card';
  card.href = item.editUrl;
  const name = document.createElement('span');
  name.className = 'media-name';
  name.textContent = item.title;
  card.append(mediaThumb(item), name);
  if (item.family === 'image' && !item.alt) {
    const note = document.createElement('span');
    note.className = 'cell-note';
    note.textContent = t('No alternative text');
    card.append(note);
  }
  const tick = document.createElement('input');
  tick.className = 'form-check-input media-tick';
  tick.type = 'checkbox';
  tick.name = 'ids';
  tick.value = String(item.id);
  tick.setAttribute('aria-label', t('Tick {name}', { name: item.title }));
  cell.append(card, tick);
  return cell;
}
