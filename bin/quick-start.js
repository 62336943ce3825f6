// What a process of Galley begins with, imported before all else: what another one compiled it finds, and modules it finds
// without asking the disk.
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadQuickly } from './load-quickly.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
enableCompileCache(join(root, 'node_modules', '.cache', 'compile'));
loadQuickly(root);
