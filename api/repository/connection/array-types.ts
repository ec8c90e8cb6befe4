import type { ParsedOptions } from 'postgres'

/** Built-in types and the types of their arrays: the same numbers in every PostgreSQL. */
const arrayTypes = {
  16: 1000, // bool
  17: 1001, // bytea
  18: 1002, // "char"
  19: 1003, // name
  20: 1016, // int8
  21: 1005, // int2
  23: 1007, // int4
  25: 1009, // text
  26: 1028, // oid
  114: 199, // json
  700: 1021, // float4
  701: 1022, // float8
  869: 1041, // inet
  1042: 1014, // char(n)
  1043: 1015, // varchar
  1082: 1182, // date
  1114: 1115, // timestamp
  1184: 1185, // timestamptz
  1186: 1187, // interval
  1700: 1231, // numeric
  2950: 2951, // uuid
  3802: 3807, // jsonb
} as const

/**
 * Teaches the driver arrays, so that it need not ask each server for them (`fetch_types`): in 3.4.9 nobody awaits that
 * question, and a connection lost while it is open ends the process with an unhandled rejection.
 */
export function addArrayTypes(options: ParsedOptions): void {
  const { parsers, serializers, shared } = options as unknown as DriverTypes // not in its public type
  for (const [element, array] of Object.entries(arrayTypes)) {
    const parse = parsers[element] ?? String
    const serialize = serializers[element] ?? String
    shared.typeArrayMap[element] = array
    parsers[array] = (text) => parseArray(text, parse)
    serializers[array] = (value) => (Array.isArray(value) ? writeArray(value, serialize) : value)
  }
}

interface DriverTypes {
  parsers: Record<string, (text: string) => unknown>
  serializers: Record<string, (value: unknown) => unknown>
  shared: { typeArrayMap: Record<string, number> }
}

const tokens = /[{}]|"([^"\\]*(?:\\.[^"\\]*)*)"|[^{},"]+/gs

/** `{1,NULL,"a \"b\"",{2}}` as an array. */
export function parseArray(text: string, parse: (element: string) => unknown): unknown[] {
  const whole: unknown[] = []
  const open = [whole]
  // Bounds may stand before it: `[0:1]={1,2}`.
  for (const [token, quoted] of text.slice(text.indexOf('{')).matchAll(tokens)) {
    const into = open.at(-1) ?? whole
    if (token === '{') {
      const inner: unknown[] = []
      into.push(inner)
      open.push(inner)
    } else if (token === '}') open.pop()
    else if (quoted !== undefined) into.push(parse(quoted.replaceAll(/\\(.)/gs, '$1')))
    else into.push(token === 'NULL' ? null : parse(token))
  }
  return whole[0] as unknown[] // the outermost braces
}

/** An array as the server reads it. */
export function writeArray(
  values: readonly unknown[],
  serialize: (element: unknown) => unknown,
): string {
  const written = values.map((value) => {
    if (value === undefined) throw new Error('an array for the repository holds an undefined value')
    if (value === null) return 'NULL'
    if (Array.isArray(value)) return writeArray(value, serialize)
    return `"${String(serialize(value)).replaceAll(/["\\]/g, String.raw`\$&`)}"`
  })
  return `{${written.join(',')}}`
}
