import { createRequire } from 'node:module'

/** The part of `@swc/core` that is used. */
interface Swc {
  transformSync(source: string, options: object): { code: string }
}

/** The part of `typescript` that is used, which its newest versions no longer have. */
interface TypeScript {
  transpileModule?(source: string, options: object): { outputText: string }
}

/**
 * Compiles decorated TypeScript with type metadata for decorators, which frameworks with dependency injection by type
 * need (`emitDecoratorMetadata`). esbuild does not support it, so a compiler that the project has installed is used.
 * @returns the JavaScript with an inline source map, or `undefined` if the option is off or no such compiler is
 * installed.
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
