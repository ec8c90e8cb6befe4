/** Values of a runbook's parameters, by name. */
export type Parameters = Record<string, string | number>

/** A statement with each `$name` numbered, and the values in that order: parameters never become part of its text. */
export function bind(
  statement: string,
  parameters: Parameters,
): { text: string; values: (string | number)[] } {
  const values: (string | number)[] = []
  const places = new Map<string, number>()
  const text = statement.replaceAll(/\$([a-z][a-z0-9_]*)/g, (whole, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (value === undefined) return whole
    const place = places.get(name) ?? values.push(value)
    places.set(name, place)
    return `$${place}`
  })
  return { text, values }
}
