import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** How texts are written where others can read them. */
export interface Seal {
  /** @param about what the text belongs to: it opens nowhere else. */
  close(text: string, about: string): string
  /** @throws Error for a text that was sealed otherwise, or for something else. */
  open(sealed: string, about: string): string
}

/** Texts as they are. */
const plain: Seal = { close: (text) => text, open: (text) => text }

const [algorithm, ivBytes, tagBytes] = ['aes-256-gcm', 12, 16] as const

/** A key of a purpose, of what is secret. */
export const keyFrom = (secret: string | Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))

/** @param secret what all replicas know and nobody else; without it, texts stay as they are. */
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

/** @throws Error when it was not sealed with this key for this. */
export function openBytes(key: Buffer, sealed: Buffer, about: string): Buffer {
  const [iv, tag] = [sealed.subarray(0, ivBytes), sealed.subarray(ivBytes, ivBytes + tagBytes)]
  if (tag.length < tagBytes) throw new Error('not sealed with this key')
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
}
