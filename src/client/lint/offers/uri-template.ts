/** A literal character that needs no percent-encoding (RFC 6570, section 2.1). */
const literal = /^(?:[^\x00-\x20"'%<>\\^`{|}\x7f]|%[0-9A-Fa-f]{2}|')*$/
/** One variable with its modifier (sections 2.3 and 2.4). */
const variable =
  /^(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})+(?:\.(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})+)*(?:\*|:[1-9]\d{0,3})?$/

/** What is wrong with a URI template (RFC 6570). */
export function templateFault(template: string): string | undefined {
  const rest = template.replaceAll(/\{[^{}]*\}/g, '')
  if (/[{}]/.test(rest)) return 'the template has a brace without its partner'
  if (!literal.test(rest)) return 'the template has a character that must be percent-encoded'
  for (const [, expression = ''] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (/^[=,!@|]/.test(expression)) return `the template has the reserved operator of {${expression}}`
    const names = expression.replace(/^[+#./;?&]/, '').split(',')
    if (!names.every((name) => variable.test(name)))
      return `the template has the invalid expression {${expression}}`
  }
  return undefined
}

/** The names of its variables, as often as they stand there. */
export const variablesOf = (template: string): string[] =>
  [...template.matchAll(/\{[+#./;?&]?([^{}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace(/(?:\*|:\d+)$/, '')),
  )
