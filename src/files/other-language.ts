import { extname } from 'node:path'
import { own } from '../protocol/own.ts'
import { nextCommand, quotedCommand, shellWord } from '../terminal/shell-command.ts'

const python = process.platform === 'win32' ? 'python' : 'python3'

/** The programs for other languages by file extension; empty for files that the system runs itself. */
const programs: Readonly<Record<string, string>> = {
  '.py': python,
  '.pyw': python,
  '.pyz': python,
  '.sh': 'sh',
  '.bash': 'bash',
  '.zsh': 'zsh',
  '.ps1': 'pwsh -File',
  '.rb': 'ruby',
  '.php': 'php',
  '.pl': 'perl',
  '.lua': 'lua',
  '.go': 'go run',
  '.rs': 'cargo run --manifest-path',
  '.java': 'java',
  '.jar': 'java -jar',
  '.kts': 'kotlin',
  '.cs': 'dotnet run',
  '.fsx': 'dotnet fsi',
  '.csproj': 'dotnet run --project',
  '.dll': 'dotnet',
  '.swift': 'swift',
  '.dart': 'dart run',
  '.exs': 'elixir',
  '.ex': 'elixir',
  '.jl': 'julia',
  '.r': 'Rscript',
  '.hs': 'runghc',
  '.ml': 'ocaml',
  '.clj': 'clojure -M',
  '.scala': 'scala run',
  '.exe': '',
  '.bin': '',
  '.cmd': '',
  '.bat': '',
}

/** The command that starts a file of another language; undefined for unknown ones. */
export function programFor(file: string): string | undefined {
  const program = own(programs, extname(file).toLowerCase())
  if (program === undefined) return undefined
  // Cargo runs a project, which its manifest names.
  const word = extname(file).toLowerCase() === '.rs' ? 'Cargo.toml' : shellWord(file)
  return `${program} ${word}`.trim()
}

/** A hint for a file that is neither TypeScript nor JavaScript; empty for unknown ones. */
export function otherLanguage(file: string): string[] {
  const program = programFor(file)
  if (program === undefined) return []
  return [`  other programs: ${nextCommand(`run --exec ${quotedCommand(program)}`)}`]
}
