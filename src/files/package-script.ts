/** What the script of a server's packages is called, in a cache folder and in the frames of a stack. */
export const packageScriptName = /\bpackages-[\da-f]{24}-[\da-f]{12}\.cjs\b/
