// RFC 9116: whom to tell of a hole in this site. The file says until when it holds, so somebody must look at it again.
import { contained, type GalleyApi } from 'galley/contained';
import { type Contact, fileOf, isStale, mistakeOf, readContact } from './contact.ts';
import { contactForm } from './form.ts';

const keptContact = (galley: GalleyApi): Promise<Contact | null> => galley.kv.get('contact') as Promise<Contact | null>;

export default contained({
  routes: {
    file: async (_input, galley) => {
      const contact = await keptContact(galley);
      return contact && { text: fileOf(contact) };
    },
  },

  hooks: {
    'admin:notices': async (_input, galley) => {
      const contact = await keptContact(galley);
      if (!contact || !isStale(contact, Date.now())) return [];
      const link = { label: 'Look at it', url: '/admin/plugin/security-txt/contact' };
      return { kind: 'warning', text: 'Is the contact still right? Soon security.txt does not count any more.', link };
    },
  },

  panels: {
    contact: async ({ action, values }: { action: string | null; values: Record<string, string> }, galley) => {
      if (action === 'withdraw') await galley.kv.delete('contact');
      const given = action === 'publish' ? readContact(values, Date.now()) : undefined;
      const mistake = given && mistakeOf(given);
      if (given && !mistake) await galley.kv.set('contact', given);
      const kept = await keptContact(galley);
      return { blocks: contactForm({ shown: given ?? kept, kept, mistake, isSaved: !!given && !mistake }) };
    },
  },
});
