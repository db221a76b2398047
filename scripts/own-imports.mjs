// Gives the script of the command line, which Node 20 runs with a code cache and so without `import()`, one of its own.
import { parse } from 'es-module-lexer/js'

/**
 * What only looks like code keeps its words: messages, and what `fastmcp build` writes.
 * @throws where the compiler has written none: they would be run, and fail.
 */
export function withOwnImports(script) {
  const places = parse(script)[0].flatMap(({ type, importStart }) =>
    type === 'dynamic' ? [importStart] : [],
  )
  if (places.length === 0)
    throw new Error('the script of the command line has no import() as it is known here')
  let [changed, from] = ['', 0]
  for (const place of places) {
    changed += `${script.slice(from, place)}__import`
    from = place + 'import'.length
  }
  return changed + script.slice(from)
}
