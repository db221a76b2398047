import { createRequire } from 'node:module'

/** What is used of `@swc/core`. */
interface Swc {
  transformSync(source: string, options: object): { code: string }
}

/** What is used of `typescript`, whose newest versions have no longer any of it. */
interface TypeScript {
  transpileModule?(source: string, options: object): { outputText: string }
}

/**
 * Decorated TypeScript as JavaScript that tells decorators the types of what they stand at, as frameworks with
 * injection by type need it (`emitDecoratorMetadata`): esbuild does not, so a compiler that the project has does it.
 * @returns the JavaScript with its source map inside, or `undefined` where nobody asks for that, or nobody can do it.
 */
export function withDecoratorMetadata(
  path: string,
  source: string,
  options: Readonly<Record<string, unknown>>,
): string | undefined {
  if (options.emitDecoratorMetadata !== true || !/\.[cm]?ts$/.test(path)) return undefined
  if (!source.includes('@')) return undefined
  const require = createRequire(path)
  const swc = packageFrom(require, '@swc/core') as Swc | undefined
  if (swc) return swc.transformSync(source, { ...swcOptions, filename: path }).code
  const typescript = packageFrom(require, 'typescript') as TypeScript | undefined
  return typescript?.transpileModule?.(source, { compilerOptions, fileName: path }).outputText
}

function packageFrom(require: NodeJS.Require, name: string): unknown {
  try {
    return require(name)
  } catch {
    return undefined
  }
}

const swcOptions = {
  swcrc: false,
  configFile: false,
  sourceMaps: 'inline',
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
}

const compilerOptions = {
  target: 'es2022',
  module: 'esnext',
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  inlineSourceMap: true,
}
