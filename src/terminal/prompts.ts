// Only these are built in: an `import()` of the package itself would keep all of it.
export { confirm, isCancel, select, text } from '@clack/prompts'
