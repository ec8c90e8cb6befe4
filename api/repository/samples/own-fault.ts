import postgres from 'postgres'

// 21 two rows of one key, 22 data, 23 constraints, 54 too long for an index: the sample's own fault, now and for ever.
const ownFault = /^(21|22|23|54)/

/** Whether storing the same sample again can only fail again. */
export function isOwnFault(error: unknown): error is Error {
  return error instanceof postgres.PostgresError && ownFault.test(error.code)
}
