import type { Shape } from './shape.ts'
import { v1AwaitConnect } from './shapes/v1-await-connect.ts'
import { v1Export } from './shapes/v1-export.ts'

/** The rows, in the order in which they are shown. */
export const shapes: readonly Shape[] = [v1Export, v1AwaitConnect]
