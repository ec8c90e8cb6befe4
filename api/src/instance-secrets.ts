/** What the passwords of an instance are sealed for: its endpoint, which never changes. */
export function instanceContext(
  instance: { address: string; port: number },
  role: 'monitor' | 'actor',
) {
  return `instance ${instance.address} ${instance.port} ${role}`
}
