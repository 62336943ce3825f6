// Results while somebody types. Every form of search works without: it leads to the page of results.
import { offerResults } from './parts/combobox.ts';
import { isResultsForm, renewResults } from './parts/results-page.ts';
import { whenTyped } from './parts/typing.ts';

const FIELDS = 'form[role="search"] input[name="s"]';

const { url, style } = document.getElementById('galley-search')?.dataset ?? {};
if (url !== undefined && style !== undefined) {
  for (const input of document.querySelectorAll<HTMLInputElement>(FIELDS)) {
    if (isResultsForm(input)) whenTyped(input, 300, (query, signal) => renewResults(input, query, signal));
    else offerResults(input, { url, style });
  }
}
