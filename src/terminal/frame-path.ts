import { fileURLToPath } from 'node:url'

/** A line of a stack with the path of its file where V8 shows a URL, in which a letter such as ü cannot be read. */
export function frameWithPath(line: string): string {
  return line.replace(/file:\/\/\/?[^\s()]+?(?=:\d+(?::\d+)?\)?$)/, (url) => {
    try {
      return fileURLToPath(url)
    } catch {
      return url
    }
  })
}
