/** The file that a spec means, and the export in it if one was named. */
export interface Entry {
  readonly file: string
  readonly exportName: string | undefined
  /** How the file is called in messages: relative to the working directory where that is shorter. */
  readonly shown: string
}

export const scriptExtensions = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'] as const

export const isScript = (file: string): boolean =>
  /\.([cm]?[jt]s|[jt]sx)$/.test(file) && !/\.d\.[cm]?ts$/.test(file)
