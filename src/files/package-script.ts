/** The file name of a package bundle, in the cache folder and in stack frames. */
export const packageScriptName = /\bpackages-[\da-f]{24}-[\da-f]{12}\.cjs\b/
