/** Whether a file is in a language that only a compiler understands. */
export const isTypescript = (path: string): boolean =>
  /\.([cm]?ts|[jt]sx)$/.test(path) && !/\.d\.[cm]?ts$/.test(path)

export const isInPackage = (path: string): boolean => /[\\/]node_modules[\\/]/.test(path)
