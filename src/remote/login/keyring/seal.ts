import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** An encrypted text, in base64url. */
export interface Sealed {
  /** The name of the key, which reveals nothing of it. */
  readonly key: string
  readonly nonce: string
  /** The text encrypted with AES-256-GCM, and its 16-byte tag. */
  readonly data: string
}

const algorithm = 'aes-256-gcm'
const options = { authTagLength: 16 }

/** Bytes of a key. */
export const keyBytes = 32

/** A key's name, which identifies but does not reveal it. */
export const keyName = (key: Buffer): string =>
  createHash('sha256').update('a key of fastmcp logins\n').update(key).digest('hex').slice(0, 16)

/** @param about accompanying cleartext that is authenticated too. */
export function seal(key: Buffer, about: string, text: string): Sealed {
  const nonce = randomBytes(12)
  const cipher = createCipheriv(algorithm, key, nonce, options).setAAD(Buffer.from(about))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { key: keyName(key), nonce: nonce.toString('base64url'), data: data.toString('base64url') }
}

/** @returns `undefined` if it or the cleartext was changed, or the key is wrong. */
export function unseal(key: Buffer, about: string, sealed: Sealed): string | undefined {
  try {
    const data = Buffer.from(sealed.data, 'base64url')
    const nonce = Buffer.from(sealed.nonce, 'base64url')
    const cipher = createDecipheriv(algorithm, key, nonce, options).setAAD(Buffer.from(about))
    cipher.setAuthTag(data.subarray(-options.authTagLength))
    const text = cipher.update(data.subarray(0, -options.authTagLength))
    return Buffer.concat([text, cipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
