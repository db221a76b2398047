export interface Change {
  kind: 'patch' | 'minor' | 'major'
  words: string
}

export function isKind(word: string): word is Change['kind']
export function written(change: Change): string
export function readChange(text: string): Change | undefined
export function isChangeFile(name: string): boolean
export function fileName(words: string): string
export function nextVersion(version: string, changes: readonly Change[]): string
export function withRelease(changelog: string, version: string, changes: readonly Change[]): string
