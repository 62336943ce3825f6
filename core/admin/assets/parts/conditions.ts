import { holds } from '../../../content/field-conditions.ts';
import type { ShowCondition } from '../../../content/field-types.ts';
import { heldBy, namedControls } from './field-names.ts';

/** Shows and hides the controls of a form that depend on others, now and whenever something changes. */
export function watchConditions(form: HTMLFormElement): void {
  const apply = (): void => applyConditions(form);
  form.addEventListener('input', apply);
  form.addEventListener('change', apply);
  apply();
}

function applyConditions(form: HTMLFormElement): void {
  // In the order of the page; a field may depend on one that stands further down, so once more.
  for (let round = 0; round < 2; round++)
    for (const field of form.querySelectorAll<HTMLElement>('[data-show-if]')) {
      const condition = JSON.parse(field.dataset['showIf'] ?? '{}') as ShowCondition;
      // What is wrong has to be seen to be put right.
      const isWrong = field.classList.contains('has-error');
      field.hidden = !isWrong && !isMet(form, condition);
    }
}

function isMet(form: HTMLFormElement, condition: ShowCondition): boolean {
  const [control] = namedControls(form, condition.field);
  if (!control) return true;
  const other = control.closest<HTMLElement>('.field[data-show-if]');
  return !other?.hidden && holds(condition, heldBy(form, condition.field));
}
