import type { BuildOptions } from 'esbuild'

export type BundleOptions = Pick<
  BuildOptions,
  'banner' | 'plugins' | 'minifyWhitespace' | 'minifyIdentifiers' | 'minifySyntax'
>

/**
 * Bundles the program, which finds its parts beside each other in the folder.
 * @param also what each build has besides, such as a plugin.
 * @returns the files that went into it.
 */
export function bundle(folder: string, also?: BundleOptions): Promise<string[]>
