import { expect, test } from 'vitest'
import type { Column } from '@trunkline/probes'
import { createColumnar, rowsOf } from './columnar.ts'

const columns: Column[] = [
  { name: 'label', role: 'label', type: 'text' },
  { name: 'value', role: 'metric', type: 'float8' },
]

test('keeps what is declared, null for what is missing, and counts what it cuts', () => {
  const columnar = createColumnar(columns, 2)
  columnar.add({ label: 'a', value: 1, secret: 'x' })
  columnar.add({ label: 'b' })
  columnar.add({ label: 'c', value: 3 })
  expect(columnar.result()).toEqual({
    rowCount: 2,
    cutRows: 1,
    columns: { label: ['a', 'b'], value: [1, null] },
  })
  expect(rowsOf(columnar.result())[1]).toEqual({ label: 'b', value: null })
})

test('makes of every value what JSON and PostgreSQL can hold', () => {
  const columnar = createColumnar(columns, 10)
  columnar.add({ label: 'a\0b\ud800', value: Number.NaN })
  columnar.add({ label: '<script>"\n😀', value: Number.NEGATIVE_INFINITY })
  expect(columnar.result().columns).toEqual({
    label: ['ab\ufffd', '<script>"\n😀'],
    value: [null, null],
  })
})
