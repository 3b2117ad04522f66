/** A line of what the engine says while it pulls, loads or builds. */
export interface EngineMessage {
  readonly status?: string;
  /** A layer's short id; for the first line of a pull, its tag. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** Set when it failed; the HTTP status was 200 long before. */
  readonly error?: string;
  /** What `POST /build` prints. */
  readonly stream?: string;
}

/** Splits an engine's answer into its messages: JSON, one a line. */
export async function* engineMessages(
  response: AsyncIterable<string | Buffer>,
): AsyncGenerator<EngineMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as EngineMessage;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as EngineMessage;
}
