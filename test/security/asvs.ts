// OWASP ASVS 5.0.0, levels 1 and 2: which test shows that each requirement is met, or why it does not apply. `later` is
// for what this version does not have yet: the capability that brings it brings the test.

/** How a requirement is answered. */
export type Answer =
  | { tests: readonly string[] }
  /** The requirement is about something that Galley does not do. */
  | { notApplicable: string }
  /** Its subject does not exist yet. */
  | { later: string };

const shown = (...tests: string[]): Answer => ({ tests });
const never = (notApplicable: string): Answer => ({ notApplicable });
const later = (reason: string): Answer => ({ later: reason });

const DOCUMENT = 'tells of each subject that operators and reviewers ask for';
const LIMITS = 'lists the limits, file types and outward connections as the code has them';
const NO_SECOND_FACTOR = 'there is no second factor yet';
const NO_OIDC = 'there is no log-in by an identity provider yet';
const NO_JWT = 'there are no self-contained tokens yet: sessions, resets and set-up links are looked up in the store';
const NO_GRAPHQL = 'there is no GraphQL yet';
const NO_AUDIT =
  'the audit trail comes with its own capability; until then the stream `security` of the log has these events';

/** Each requirement by its number. */
export const ASVS: Readonly<Record<string, Answer>> = {
  // 1 Encoding and sanitisation
  '1.1.1': shown('are decoded once', 'a path has one spelling; others are no key'),
  '1.1.2': shown('what stands on a screen is escaped, whatever it is', 'said back by search and error pages is text'),
  '1.2.1': shown(
    'runs nowhere as a name: people, terms, menus, settings',
    'is harmless in feeds too, which are well-formed',
    'cannot be split',
  ),
  '1.2.2': shown(
    'runs nowhere in the attributes of blocks',
    'the start of a URL is decided once nothing can change where it leads',
  ),
  '1.2.3': shown(
    'vectors of cross-site scripting run nowhere',
    'allow no inline script, no eval and no foreign script anywhere',
  ),
  '1.2.4': shown(
    'hostile text stays a value',
    'raw SQL is never put together from strings',
    'no input is an error, and none reaches the store as syntax',
  ),
  '1.2.5': shown('no code is made from strings'),
  '1.2.6': later('LDAP comes with its own plugin'),
  '1.2.9': shown(
    'is not slowed down by hostile text',
    'text conditions take % and _ and brackets for what they are, with and without regard to case',
  ),
  '1.3.1': shown(
    'HTML is sanitised by the right of who saves',
    'leaves nothing that runs, in classic content, in a block and in an attribute of a block',
    'is a fixed point on random mixtures of markup',
  ),
  '1.3.2': shown('no code is made from strings'),
  '1.3.3': shown('an export holds all that is listed and no more, whole, and nothing in it runs in a spreadsheet'),
  '1.3.4': shown('SVG is refused with the reason and a way out'),
  '1.3.5': shown(
    'leaves nothing that runs when a vector is spread over blocks',
    'cleanStyle keeps listed properties and says which it removed',
  ),
  '1.3.6': shown(
    'no spelling of a forbidden address is connected to',
    'a name that is rebound from a public address to loopback never reaches loopback',
    'a redirect is checked like the first address, and leads on three times at most',
  ),
  '1.3.7': shown(
    'templates of strangers get narrower limits',
    'shows names as they are: no markup, no template, no further line in its head',
    'runs nowhere as a name: people, terms, menus, settings',
  ),
  '1.3.10': shown('lines for people cannot be forged by control characters in what is logged', 'cannot be split'),
  '1.3.11': shown(
    'an address is taken apart, and nothing else comes in with it',
    'with a line break in an address or a subject is refused before it is enqueued',
    'shows names as they are: no markup, no template, no further line in its head',
  ),
  '1.4.2': shown(
    'takes JSON as it is and turns nothing into something else',
    'numbers beyond 2^53 are kept to the last digit',
  ),
  '1.5.1': shown(
    'a document type and with it every entity bomb',
    'a million elements inside each other',
    'a record that is too long',
  ),
  '1.5.2': shown(
    'objects, references and custom classes are never read',
    'an entry that was changed, moved or made up in Redis is a miss and is replaced',
  ),
  // 2 Validation and business logic
  '2.1.1': shown(DOCUMENT),
  '2.1.2': shown(DOCUMENT),
  '2.1.3': shown(DOCUMENT, LIMITS),
  '2.2.1': shown(
    'refuses unknown properties at every depth and names them',
    'become what the schema wants, and nothing that only looks like it',
  ),
  '2.2.2': shown(
    'bad input is refused with what is wrong',
    'is stopped at each station that finds fault, and then nothing has changed',
  ),
  '2.2.3': shown('a model can check its rows as a whole', 'tells everything that is wrong with a form at once'),
  '2.3.1': shown('a link works for half an hour', 'passes each station in order and ends in 303'),
  '2.3.2': shown('a user has a quota where the site sets one', 'is not for those who send it over and over'),
  '2.3.3': shown(
    'what a filter refuses leaves nothing behind',
    'a value set in a transaction that is rolled back was never set',
  ),
  '2.3.4': shown(
    'of 20 who use a token at once exactly one wins',
    'of many changes based on the same version exactly one wins',
    'what changes a row with a version says which, so that nobody’s change is lost',
    'what changes under a running save, after it was read, is never written over',
  ),
  '2.4.1': shown(
    'from the fifth failure on there is a wait that doubles, and success forgets it',
    'too often is told when to come again, by network',
    'takes no word from machines, which fill in what nobody sees',
  ),
  // 3 Web front end
  '3.2.1': shown(
    'a public picture is sent to everybody with headers that keep it harmless, and may be kept for a while',
    'a document is a download, sound is played',
  ),
  '3.2.2': shown('vectors of cross-site scripting run nowhere'),
  '3.3.1': shown(
    'of the session have a bound name but for plain http outside production or on the machine itself',
    'are http-only, lax and secure where the request was',
  ),
  '3.3.2': shown('are http-only, lax and secure where the request was'),
  '3.3.3': shown('of the session have a bound name but for plain http outside production or on the machine itself'),
  '3.3.4': shown('begin and end sessions by a cookie that scripts cannot read'),
  '3.4.1': shown('are the reviewed ones in every area', 'of the admin are the strict ones'),
  '3.4.2': shown('open nothing to scripts of other origins'),
  '3.4.3': shown(
    'allow no inline script, no eval and no foreign script anywhere',
    'are the reviewed ones in every area',
  ),
  '3.4.4': shown('are the reviewed ones in every area'),
  '3.4.5': shown('are the reviewed ones in every area'),
  '3.4.6': shown('are the reviewed ones in every area', 'of the admin are the strict ones'),
  '3.5.1': shown(
    'is refused at every unsafe route, whatever it says, with and without a session',
    'from the site itself needs the token of its session, or acts as nobody',
  ),
  '3.5.2': shown('is refused whatever kind of body it carries', 'with a body that nobody reads is refused'),
  '3.5.3': shown('that is a GET changes nothing: no statement writes'),
  '3.5.4': shown(
    'a public picture is sent to everybody with headers that keep it harmless, and may be kept for a while',
  ),
  // Frames of contained plugins speak with the screen around them; each side takes messages from the other only.
  '3.5.5': shown('one that tries every door reads nothing, reaches nobody and leads nobody away'),
  '3.7.1': never('nothing but HTML, CSS and JavaScript of today’s browsers is used'),
  '3.7.2': shown('stay on the site', 'lead elsewhere only when the code says so', 'no log-in leads away from the site'),
  // 4 API and web service
  '4.1.1': shown('never tell what the site runs on, and always name the character set of text'),
  '4.1.2': shown(
    'send pages to https, refuse APIs and forms without it, and leave health alone',
    'send plain http on to https, and refuse what changes something',
  ),
  '4.1.3': shown(
    'believe known proxies, and of the chain only the last address that is none of them',
    'what a stranger claims to be forwarded is not believed',
  ),
  '4.2.1': shown(
    'a client that sends its headers too slowly is let go',
    'are let go once they have taken nothing for long, and what they hold is given back',
    'on a real connection all forms arrive whole, with one length and no doubled header',
    'is one request or none, however its body is said to end, and the next one gets its own answer',
  ),
  '4.3.1': later(NO_GRAPHQL),
  '4.3.2': later(NO_GRAPHQL),
  '4.4.1': shown('send pages to https, refuse APIs and forms without it, and leave health alone'),
  '4.4.2': shown('are opened by pages of the site only, and by whoever its route lets in'),
  // 5 Files
  '5.1.1': shown(DOCUMENT, LIMITS),
  '5.2.1': shown(
    'a stream that is too long is cut off, and nothing of it is left',
    'with a file that is too large or a form that is wrong is refused',
  ),
  '5.2.2': shown(
    'a file is taken where its name, its bytes and its sender agree',
    'a name, content or claim that says otherwise is refused',
  ),
  '5.2.3': shown(
    'bombs are refused: by ratio, by size, by number, by shared bytes, and by claims that are not true',
    'what leaves the folder, is a link or a device, is there twice or is encrypted is refused before anything is written',
  ),
  '5.3.1': shown('what is in the storage but not in the table is not there, and no path leads out'),
  '5.3.2': shown(
    'nobody gets out of the folder by dots or by links that were planted in it',
    'names that would lead elsewhere lead nowhere',
  ),
  '5.4.1': shown(
    'a stored file has a name of ours, and no two the same',
    'names lose folders, hidden characters and all but one extension',
  ),
  '5.4.2': shown('name files in ASCII and in UTF-8'),
  '5.4.3': shown('a scanner that recognises something keeps it out'),
  // 6 Authentication
  '6.1.1': shown(DOCUMENT, LIMITS),
  '6.1.2': shown('words of the context make no password: site, login, e-mail address, product'),
  '6.1.3': shown(DOCUMENT, 'every strategy ends at the same door: a disabled user does not come in by any'),
  '6.2.1': shown('a weak password is refused when a user is created, and one that holds his own name'),
  '6.2.2': shown('a change of password ends the other sessions and keeps the one it was made in'),
  '6.2.3': shown('sensitive acts ask for the password when the log-in is a while ago, and keep what was filled in'),
  '6.2.4': shown(
    'words of the context make no password: site, login, e-mail address, product',
    'a weak password is refused when a user is created, and one that holds his own name',
  ),
  '6.2.5': shown('long passwords of many kinds are taken'),
  '6.2.6': shown('a reset link sets a password once and logs nobody in'),
  '6.2.7': shown('the set-up link makes the first administrator, logs him in, and works once'),
  '6.2.8': shown('a password is checked as received: no trimming, cutting or normalising'),
  '6.2.9': shown(
    'long passwords of many kinds are taken',
    'more than 1,024 bytes are refused when chosen and never match',
  ),
  '6.2.10': shown('long passwords of many kinds are taken'),
  '6.2.11': shown('words of the context make no password: site, login, e-mail address, product'),
  '6.2.12': shown('a weak password does not use the link up'),
  '6.3.1': shown(
    'from the fifth failure on there is a wait that doubles, and success forgets it',
    'strangers from many networks never lock the owner out of a browser that has logged in before',
  ),
  '6.3.2': shown('a site without an administrator gets a link that makes one, once'),
  '6.3.3': later(NO_SECOND_FACTOR),
  '6.3.4': shown('every strategy ends at the same door: a disabled user does not come in by any'),
  '6.4.1': shown(
    'in production the operator’s password must be a good one, be changed, and works for a day',
    'a password given by the one who creates an account has to be changed',
  ),
  '6.4.2': never('there are neither hints nor secret questions'),
  '6.4.3': shown(
    'a link sets a new password, logs nobody in, ends all sessions and works once',
    'a link dies with the password or the e-mail address that it was asked for',
    'comes by a link in a mail, once, and the mails say what happened',
    'is asked for with the same answer and the same job for a name that nobody has',
    'leaves neither token nor link in the queue, and fills nobody’s box',
  ),
  '6.4.4': later(NO_SECOND_FACTOR),
  '6.5.1': later(NO_SECOND_FACTOR),
  '6.5.2': later(NO_SECOND_FACTOR),
  '6.5.3': later(NO_SECOND_FACTOR),
  '6.5.4': later(NO_SECOND_FACTOR),
  '6.5.5': later(NO_SECOND_FACTOR),
  '6.6.2': later(NO_SECOND_FACTOR),
  '6.6.3': later(NO_SECOND_FACTOR),
  '6.8.1': later(NO_OIDC),
  '6.8.2': later(NO_OIDC),
  '6.8.3': later(NO_OIDC),
  '6.8.4': later(NO_OIDC),
  // 7 Sessions
  '7.1.1': shown(DOCUMENT),
  '7.1.2': shown(DOCUMENT),
  '7.1.3': later(NO_OIDC),
  '7.2.1': shown(
    'a session leads from the token to the user and what he may do',
    'tokens that were made up, or are no tokens at all, open nothing',
  ),
  '7.2.2': shown('the token has 256 bits, and the store holds only its SHA-256'),
  '7.2.3': shown('the token has 256 bits, and the store holds only its SHA-256'),
  '7.2.4': shown(
    'the session that the browser had before dies with the log-in',
    'rotation gives a new token and a new form secret, the old token is dead',
  ),
  '7.3.1': shown('a session ends when it is not used: after 24 hours, an administrator’s after one'),
  '7.3.2': shown('a session ends in spite of use: an administrator’s after 12 hours, others’ after 30 days'),
  '7.4.1': shown('logging out is a POST with the token; it ends the session and clears what the browser kept'),
  '7.4.2': shown('disabling a user ends his sessions at once, and enabling him does not bring them back'),
  '7.4.3': shown('a change of password ends the other sessions and keeps the one it was made in'),
  '7.4.4': shown('from the log-in to a published post that visitors see, and out again'),
  '7.4.5': shown('people see their sessions and end one, the others or all; nobody ends those of others'),
  '7.5.1': shown('acts that matter ask who logged in long ago for his password first'),
  '7.5.2': shown('people see their sessions and end one, the others or all; nobody ends those of others'),
  '7.6.1': later(NO_OIDC),
  '7.6.2': later(NO_OIDC),
  // 8 Authorisation
  '8.1.1': shown(
    DOCUMENT,
    'the table of routes and guards is the reviewed one',
    'the table of roles and capabilities is the reviewed one',
  ),
  '8.1.2': shown(DOCUMENT, 'the table of roles and capabilities is the reviewed one'),
  '8.2.1': shown(
    'each route lets in whom its guard names, and nobody else; nothing is answered 5xx',
    'fails without a guard and with more than one',
  ),
  '8.2.2': shown(
    'stays hidden from everybody: pages, lists, feeds, search, sitemap, menus, widgets, errors',
    'stays hidden from those who are logged in but have no right to it',
    'no query shows what the viewer may not see, whatever it asks for',
    'each route of an entry refuses whom the domain refuses, and leaves nothing behind',
  ),
  '8.2.3': shown(
    'cannot forge stamps and identity, which are an import’s',
    'indexed fields filter, others are refused',
  ),
  '8.3.1': shown(
    'a contributor submits for review but does not publish, and edits only what is his own',
    'each role does with posts what its name says, by owner and state',
    'each role does with pages what its name says, by owner and state',
    'only who holds the capability imports or exports, and nobody brings in more than he may write',
  ),
  '8.4.1': shown('hosts, protocols and spellings of a path are kept apart'),
  // 9 Self-contained tokens
  '9.1.1': later(NO_JWT),
  '9.1.2': later(NO_JWT),
  '9.1.3': later(NO_JWT),
  '9.2.1': later(NO_JWT),
  '9.2.2': later(NO_JWT),
  '9.2.3': later(NO_JWT),
  '9.2.4': later(NO_JWT),
  // 10 OAuth and OIDC
  '10.1.1': later(NO_OIDC),
  '10.1.2': later(NO_OIDC),
  '10.2.1': later(NO_OIDC),
  '10.2.2': later(NO_OIDC),
  '10.5.1': later(NO_OIDC),
  '10.5.2': later(NO_OIDC),
  '10.5.3': later(NO_OIDC),
  '10.5.4': later(NO_OIDC),
  '10.5.5': later(NO_OIDC),
  // 11 Cryptography
  '11.1.1': shown(DOCUMENT),
  '11.1.2': shown(DOCUMENT),
  '11.2.1': shown('keys have 32 bytes, are the same each time and differ by purpose and by secret'),
  '11.2.2': shown('what was encrypted is read with any secret of the ring, and says when it should be encrypted anew'),
  '11.2.3': shown(
    'keys have 32 bytes, are the same each time and differ by purpose and by secret',
    'weak secrets are refused wherever they stand in the ring',
  ),
  '11.3.1': shown('what was changed, cut, moved or made with an unknown secret is refused'),
  '11.3.2': shown('what was encrypted is read with any secret of the ring, and says when it should be encrypted anew'),
  '11.3.3': shown('what was changed, cut, moved or made with an unknown secret is refused'),
  '11.4.1': shown('a token has 256 bits and only its hash is kept'),
  '11.4.2': shown(
    'a password is stored as argon2id with salt and cost, and verifies',
    'a hash made with less work is replaced at the next log-in',
  ),
  '11.4.3': shown(
    'a signature holds for its text and purpose only, and outlives a rotation until the secret leaves the ring',
  ),
  '11.5.1': shown('chance comes from node:crypto', 'a token has 256 bits and only its hash is kept'),
  '11.6.1': shown('a signature in another spelling, too short, too long or empty is refused'),
  // 12 Secure communication
  '12.1.1': shown('speaks TLS 1.2 and 1.3 and nothing older'),
  '12.1.2': shown('takes only ciphers with forward secrecy and authenticated encryption'),
  '12.2.1': shown('send pages to https, refuse APIs and forms without it, and leave health alone'),
  '12.2.2': never(
    'the certificate is the operator’s; infra/nginx/galley.conf names the one that a public authority gave, and how to get it',
  ),
  '12.3.1': shown(
    'with ssl=verify the certificate and the name in it are checked',
    'goes to no server whose certificate nobody vouches for, and to none without TLS elsewhere',
  ),
  '12.3.2': shown(
    'with ssl=verify the certificate and the name in it are checked',
    'goes to no server whose certificate nobody vouches for, and to none without TLS elsewhere',
    'other schemes, ports, user names and names of private networks are refused',
  ),
  '12.3.3': shown('with ssl=verify the certificate and the name in it are checked'),
  '12.3.4': shown('with ssl=verify the certificate and the name in it are checked'),
  // 13 Configuration
  '13.1.1': shown(DOCUMENT, LIMITS),
  '13.2.1': shown(
    'production and uat need an address and a secret; both are missed at once',
    'the store says who it is without telling the password',
  ),
  '13.2.2': shown(DOCUMENT),
  '13.2.3': shown(
    'a site without an administrator gets a link that makes one, once',
    'weak secrets are refused wherever they stand in the ring',
  ),
  '13.2.4': shown(
    'a host of the settings is private only for calls that say so',
    'nothing but the single client speaks to the outside',
  ),
  '13.2.5': shown('files on other hosts than those of the old site need to be allowed by name'),
  '13.3.1': shown(
    'a secret may come from a file, or from one member of a JSON file, but not from two places',
    'a secret option is encrypted in the store and shown nowhere',
  ),
  '13.3.2': shown('development and test make a secret once, with mode 0600, and keep it'),
  '13.4.1': shown('no spelling of a hidden file is served'),
  '13.4.2': shown(
    'that breaks tells the visitor an id and the log the rest',
    'the files of all four environments are valid as they are shipped',
  ),
  '13.4.3': shown('what is in the storage but not in the table is not there, and no path leads out'),
  '13.4.4': shown('TRACE and what nobody knows is refused'),
  '13.4.5': shown('show the details of health to operators only'),
  // 14 Data protection
  '14.1.1': shown(DOCUMENT),
  '14.1.2': shown(DOCUMENT),
  '14.2.1': shown(
    'leaves a line in the log without cookies and query',
    'no act is open to those who may not, even with a token of their own',
  ),
  '14.2.2': shown(
    'is the same after each of two hundred attempts to slip something in',
    'is not to be had in place of a private one: suffixes that look like files lead nowhere',
    'has no part of who is logged in, although he asked first; and he gets his own',
  ),
  '14.2.3': shown('nothing but the single client speaks to the outside', 'are the reviewed ones in every area'),
  '14.2.4': shown(
    'never tell an e-mail address, a network address or a browser',
    'neither the password nor its hash is ever part of a user',
  ),
  '14.3.1': shown('logging out is a POST with the token; it ends the session and clears what the browser kept'),
  '14.3.2': shown('keep pages of people who are logged in out of every cache'),
  '14.3.3': shown('light or dark is chosen without scripts and holds on every device of the person'),
  // 15 Secure coding and architecture
  '15.1.1': shown(DOCUMENT),
  '15.1.2': later(
    'releases, with their list of parts, come with the release tooling; the lock file pins every package until then',
  ),
  '15.1.3': shown(DOCUMENT, LIMITS),
  '15.2.1': shown(DOCUMENT),
  '15.2.2': shown(
    'turn requests away while the process has more to do than it can',
    'end what takes too long, and tell it that it is over',
    'no more than the set number is hashed at once, and too long a queue is refused',
  ),
  '15.2.3': shown('plugins import themselves, npm packages and galley, nothing else'),
  '15.3.1': shown('only who has published something is an author, without login and e-mail address'),
  '15.3.2': shown(
    'a redirect is checked like the first address, and leads on three times at most',
    'credentials are not carried along a redirect, and a POST becomes a GET',
  ),
  '15.3.3': shown(
    'refuses unknown properties at every depth and names them',
    'cannot forge stamps and identity, which are an import’s',
  ),
  '15.3.4': shown('believe known proxies, and of the chain only the last address that is none of them'),
  '15.3.5': shown('takes JSON as it is and turns nothing into something else'),
  '15.3.6': shown(
    'cannot reach the prototype of anything',
    'gives attributes no prototype to reach',
    'with a body that nobody reads is refused',
  ),
  '15.3.7': shown('refuse a name given twice unless the schema says array'),
  // 16 Logging and errors
  '16.1.1': shown(DOCUMENT),
  '16.2.1': shown(
    'a line is JSON with level, UTC time, owner, fields and message',
    'log-ins, failures, log-outs and changes of users are logged without secrets',
  ),
  '16.2.2': shown('a line is JSON with level, UTC time, owner, fields and message'),
  '16.2.3': shown('files: one for each stream, errors in their own as well, all with mode 0600'),
  '16.2.4': shown('a line is JSON with level, UTC time, owner, fields and message'),
  '16.2.5': shown(
    'members with the names of secrets are taken out at every depth',
    'secrets of the settings are taken out wherever they turn up: fields, messages, errors and their causes',
  ),
  '16.3.1': shown('log-ins, failures, log-outs and changes of users are logged without secrets'),
  '16.3.2': shown('refusals and attacks are told to whoever listens, with who, what and where'),
  '16.3.3': shown('refusals and attacks are told to whoever listens, with who, what and where'),
  '16.3.4': shown(
    'an error is logged with code, stack and causes, but without what drivers hang on it',
    'a route that throws answers 500 with an id and no word of the error',
  ),
  '16.4.1': shown('lines for people cannot be forged by control characters in what is logged'),
  '16.4.2': shown(
    'a log file inside the content folder is refused, since that folder must hold nothing readable by chance',
    'files: one for each stream, errors in their own as well, all with mode 0600',
  ),
  '16.4.3': later(NO_AUDIT),
  '16.5.1': shown(
    'that breaks tells the visitor an id and the log the rest',
    'a route that throws answers 500 with an id and no word of the error',
  ),
  '16.5.2': shown(
    'Redis killed under load: no error, no wait; back by itself, and nothing from before is served',
    'a server that is not there is unavailable, not a crash',
  ),
  '16.5.3': shown(
    'what a filter refuses leaves nothing behind',
    'is stopped at each station that finds fault, and then nothing has changed',
  ),
};
