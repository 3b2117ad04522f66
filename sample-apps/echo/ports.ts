/**
 * A port number out of the environment.
 *
 * @throws when the variable holds anything else than a port, on which the real container ends, too
 */
export function portOf(env: Readonly<Record<string, string>>, variable: string, otherwise: number): number {
  const text = env[variable] ?? '';
  if (text === '') return otherwise;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw new Error(`${variable} is ${JSON.stringify(text)}, which is no port`);
  }
  return port;
}
