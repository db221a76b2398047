import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { keyFrom, openBytes, sealBytes } from '../../store/redis/seal.ts'

/** What two processes say to each other about one request, sealed so that nobody else can read it. */
export interface Envelope {
  close(bytes: Buffer, about: string): string
  /** @throws Error for what was not sealed by the other one. */
  open(sealed: string, about: string): Buffer
}

/** A process's half of what seals requests for it, which others get to know. */
export class EnvelopeKey {
  readonly #pair = generateKeyPairSync('x25519')
  readonly text = textOf(this.#pair.publicKey)

  /** @param ephemeral what came with a request that was sealed for this process. */
  openFor(ephemeral: string): Envelope {
    return envelopeOf(this.#pair.privateKey, keyOf(ephemeral))
  }
}

/** Seals a request for a process, and what it answers. @returns what it needs to open that, too. */
export function sealFor(recipient: string): Envelope & { readonly ephemeral: string } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return { ...envelopeOf(privateKey, keyOf(recipient)), ephemeral: textOf(publicKey) }
}

function envelopeOf(privateKey: KeyObject, publicKey: KeyObject): Envelope {
  const key = keyFrom(diffieHellman({ privateKey, publicKey }), 'fastmcp request')
  return {
    close: (bytes, about) => sealBytes(key, bytes, about).toString('base64'),
    open: (sealed, about) => openBytes(key, Buffer.from(sealed, 'base64'), about),
  }
}

const textOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64')

const keyOf = (text: string) =>
  createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' })
