// Makes the controls of forms more comfortable. Each works without this too.
import { watchConditions } from './parts/conditions.ts';
import { followSummary } from './parts/field-names.ts';
import { enhanceFields } from './parts/field-set.ts';

for (const form of document.querySelectorAll('form')) {
  if (!form.querySelector('.field')) continue;
  enhanceFields(form);
  watchConditions(form);
}
followSummary();
