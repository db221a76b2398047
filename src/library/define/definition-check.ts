/**
 * Checks of definitions when they are registered, where the stack still points at the line to change, and not
 * when the first client lists them.
 */

/** 2025-11-25, server/tools, and the slash that some frameworks put between parts. */
const goodName = /^[A-Za-z0-9_./-]{1,128}$/

/** @throws TypeError naming what is defined and what is wrong with it. */
export function checkNamed(kind: 'tool' | 'prompt', name: unknown, handler: unknown): void {
  if (typeof name !== 'string' || !goodName.test(name))
    throw new TypeError(`${kind} name ${JSON.stringify(name)}: use 1 to 128 letters, digits, _ - . or /`)
  if (typeof handler !== 'function')
    throw new TypeError(`${kind} "${name}" has no handler: it is the second argument`)
}

/** @throws TypeError naming the tool. */
export function checkTimeout(name: string, timeout: unknown): void {
  if (timeout === undefined || (typeof timeout === 'number' && timeout > 0)) return
  throw new TypeError(`tool "${name}": timeout must be milliseconds above 0`)
}

/** @throws TypeError for what is no URI or template, or completes a parameter it does not have. */
export function checkResource(uri: unknown, complete: object | undefined, handler: unknown): void {
  const bare = typeof uri === 'string' ? uri.replace(/\{[^{}]*\}/g, 'x') : ''
  if (!URL.canParse(bare) || /[{}]/.test(bare)) {
    throw new TypeError(`resource ${JSON.stringify(uri)}: use a URI such as notes://today, or notes://{id}`)
  }
  if (typeof handler !== 'function')
    throw new TypeError(`resource "${uri}" has no handler: it is the second argument`)
  const names = [...String(uri).matchAll(/\{[+#./;?&]?([^}]*)\}/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.replace(/[*:].*$/, '')),
  )
  const unknown = Object.keys(complete ?? {}).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new TypeError(`resource "${uri}" completes ${unknown}, which is not in its URI`)
}
