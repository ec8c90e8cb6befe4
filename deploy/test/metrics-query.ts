export interface Series {
  labels: Record<string, string>
  value: number
}

/** Asks the Prometheus query API, which VictoriaMetrics speaks too, for the value of an expression now. */
export async function queryMetrics(store: { url: string }, expression: string): Promise<Series[]> {
  const url = `${store.url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${expression}: ${answer.status} ${text}`)
  const {
    data,
  }: { data: { result: { metric: Record<string, string>; value: [number, string] }[] } } =
    JSON.parse(text)
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
}
