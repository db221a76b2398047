import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startEdited } from '../support/dev.ts'
