/** The name of each thing that built code finds around it; in an ES module none of it is there by itself. */
export const names = {
  meta: '__built_meta',
  dirname: '__built_dirname',
  filename: '__built_filename',
  main: '__built_main',
  /** What a name chooses among modules that are in the file. */
  pick: '__built_pick',
  /** A package that is not in the file. */
  outside: '__built_outside',
  /** A thread of the server's own, whose code is in the file. */
  thread: '__built_thread',
  /** Where a thread is told the address of the file. */
  base: '__built_base',
} as const

/** What stands for the words of Node in each file that goes in. */
export const define = {
  'import.meta': names.meta,
  __dirname: names.dirname,
  __filename: names.filename,
  'require.main': names.main,
}

/**
 * The first lines of a built file.
 * @param base what the address of the file is, as an expression.
 * @param folder the place of the program's folder, relative to the file.
 */
export const surroundings = (base: string, folder: string): string =>
  `import { createRequire as __built_require } from 'node:module';
import { dirname as __built_dirnameOf, isAbsolute as __built_isAbsolute, join as __built_join } from 'node:path';
import { fileURLToPath as __built_pathOf, pathToFileURL as __built_urlOf } from 'node:url';
const __built_here = ${base}, require = __built_require(__built_here), ${names.meta} = import.meta;
const ${names.filename} = __built_pathOf(__built_here), ${names.dirname} = __built_dirnameOf(${names.filename});
const __built_named = (name, url) => /^(?:file|data|node):/.test(String(name)) ? String(name) : __built_isAbsolute(String(name)) ? __built_urlOf(String(name)).href : new URL(String(name), url).href;
const __built_missing = (name, by) => Object.assign(new Error("Cannot find module '" + name + "' imported from " + by), { code: 'ERR_MODULE_NOT_FOUND' });
const __built_placed = (place) => {
  const url = new URL(place, __built_here).href, filename = __built_pathOf(url);
  const resolve = (spec) => /^(?:\\.{0,2}\\/|file:)/.test(spec) ? new URL(spec, url).href : __built_meta.resolve(spec);
  return { url, filename, dirname: __built_dirnameOf(filename), main: globalThis[Symbol.for('fastmcp.runner')]?.main === filename, resolve };
};
let ${names.main} = { id: 'fastmcp', filename: __built_join(__built_pathOf(new URL(${JSON.stringify(folder)}, __built_here)), 'fastmcp'), exports: {}, children: [], paths: [], loaded: true };
const __built_module = (module, { filename, dirname, main }) => {
  Object.assign(module, { id: main ? '.' : filename, path: dirname, filename, loaded: false, children: [], paths: [], parent: main ? null : ${names.main} });
  if (main) ${names.main} = module;
};
const ${names.pick} = (name, { url, filename }, table) => {
  const wanted = __built_named(name, url);
  for (const [one, load] of Object.entries(table)) if (new URL(one, url).href === wanted) return load();
  throw __built_missing(name, filename);
};
const ${names.outside} = (spec, install) => {
  try { return require(spec); } catch (error) {
    if (error?.code !== 'MODULE_NOT_FOUND' || !String(error.message).includes("'" + spec + "'")) throw error;
    throw Object.assign(new Error(spec + ' is not in the built file: install it beside the file, as in npm install ' + install), { code: error.code });
  }
};
const ${names.thread} = (code) => new URL('data:text/javascript,' + encodeURIComponent('globalThis.${names.base}=' + JSON.stringify(__built_here) + ';' + code));`

/**
 * What stands before the text of a user's own file, all in one line.
 * @param place where the file is, as an address relative to the built file.
 */
export const placedAt = (place: string, format: 'module' | 'commonjs'): string => {
  const { meta, filename, dirname } = names
  const own = `const ${meta} = __built_placed(${JSON.stringify(place)}), ${filename} = ${meta}.filename, ${dirname} = ${meta}.dirname;`
  return format === 'commonjs' ? `${own}__built_module(module, ${meta});` : own
}
