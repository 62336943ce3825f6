// The public API: all that a plugin may import. Each layer adds its part here.
export * from './kernel/hook-types.ts';
export { definePlugin, type Plugin, type PluginInfo } from './kernel/plugins.ts';
export { type Registration, Registry } from './kernel/registry.ts';
export * from './kernel/service-registry.ts';
export * from './kernel/site.ts';
export { ERRORS, type ErrorCode, GalleyError, isGalleyError, messageOf } from './lib/errors.ts';
export * from './lib/escape.ts';
export { foldKey, slugify } from './lib/slug.ts';
