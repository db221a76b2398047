import { templateFault, variablesOf } from '../../../../src/client/lint/offers/uri-template.ts'
import { table } from '../../../support/table.ts'

const fault = (template: string) => templateFault(template)?.replace('the template has ', '')
table('templateFault', fault, [
  ['notes://{id}', undefined],
  ['notes://{+path}{?a,b*}{#c:3}', undefined],
  ['notes://{a.b}/{%20}', undefined],
  ['notes://a%20b', undefined],
  ['notes://ä/{id}', undefined, 'other letters are literals, too'],
  ['notes://{id', 'a brace without its partner'],
  ['notes://id}', 'a brace without its partner'],
  ['notes://{{id}}', 'a brace without its partner'],
  ['notes://{}', 'the invalid expression {}'],
  ['notes://{a b}', 'the invalid expression {a b}'],
  ['notes://{a,}', 'the invalid expression {a,}'],
  ['notes://{a:0}', 'the invalid expression {a:0}'],
  ['notes://{a-b}', 'the invalid expression {a-b}'],
  ['notes://{=a}', 'the reserved operator of {=a}'],
  ['notes://a b/{id}', 'a character that must be percent-encoded'],
  ['notes://%/{id}', 'a character that must be percent-encoded'],
])

table('variablesOf', variablesOf, [
  ['notes://all', []],
  ['notes://{id}{?a*,b:3}', ['id', 'a', 'b']],
])
