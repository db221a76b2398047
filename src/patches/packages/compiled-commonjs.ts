// Patches: the helper by which esbuild makes the `module` of a bundled CommonJS file.
// Why: it has no parent, and old entry guards take a file without one for the program itself.
// On: esbuild 0.28.
// Otherwise: `warning: the compiler writes CommonJS in a new way`; such a guard may open.

import { say } from '../../terminal/output.ts'

/** How the compiler makes the `module` of a CommonJS file that it has bundled. */
const made = '(mod = { exports: {} })'

/**
 * Gives the CommonJS modules in compiled code a parent, by which old entry guards tell that they are not the program.
 * @param held whether there are any.
 */
export function withParents(code: string, held: boolean): string {
  if (held && !code.includes(made))
    say(
      'warning: the compiler writes CommonJS in a new way: a guard that asks for module.parent may be wrong',
    )
  return code.replace(made, '(mod = { exports: {}, parent: module })')
}
