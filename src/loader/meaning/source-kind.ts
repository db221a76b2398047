/** Whether a file needs compiling. */
export const isTypescript = (path: string): boolean =>
  /\.([cm]?ts|[jt]sx)$/.test(path) && !/\.d\.[cm]?ts$/.test(path)

export const isInPackage = (path: string): boolean => /[\\/]node_modules[\\/]/.test(path)
