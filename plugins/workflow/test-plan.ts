import type { Site } from 'galley';
import { savePlan } from './plan.ts';

/** For tests: contributors write, authors review, editors approve, and nothing goes out without. */
export async function usePlan(site: Site, mustPass = true): Promise<void> {
  await savePlan(site, 'post', {
    mustPass,
    stages: [
      { id: 'draft', title: 'Draft', roles: ['contributor', 'author', 'editor'] },
      { id: 'review', title: 'In review', roles: ['contributor', 'author', 'editor'] },
      { id: 'legal', title: 'Legal', roles: ['editor'] },
      { id: 'approved', title: 'Approved', roles: ['editor'] },
    ],
  });
}
