import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts texts that others can read. */
export interface Seal {
  /** @param about the context of the text: it can be decrypted only with the same. */
  close(text: string, about: string): string
  /** @throws Error for a text encrypted with another key, or for another context. */
  open(sealed: string, about: string): string
}

/** No encryption. */
const plain: Seal = { close: (text) => text, open: (text) => text }

const [algorithm, ivBytes, tagBytes] = ['aes-256-gcm', 12, 16] as const

/** Derives a key for a purpose from a secret. */
export const keyFrom = (secret: string | Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))

/** @param secret shared by all replicas only; without it, texts are not encrypted. */
export function sealWith(secret: string | undefined): Seal {
  if (secret === undefined) return plain
  const key = keyFrom(secret, 'fastmcp cluster')
  return {
    close: (text, about) => sealBytes(key, Buffer.from(text), about).toString('base64'),
    open: (sealed, about) => openBytes(key, Buffer.from(sealed, 'base64'), about).toString(),
  }
}

export function sealBytes(key: Buffer, bytes: Buffer, about: string): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(about))
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

/** @throws Error if it was not encrypted with this key and context. */
export function openBytes(key: Buffer, sealed: Buffer, about: string): Buffer {
  const [iv, tag] = [sealed.subarray(0, ivBytes), sealed.subarray(ivBytes, ivBytes + tagBytes)]
  if (tag.length < tagBytes) throw new Error('not sealed with this key')
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
}
