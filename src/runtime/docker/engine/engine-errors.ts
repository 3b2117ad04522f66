/** An error of the engine's API, as dockerode throws it. */
export interface EngineError extends Error {
  readonly statusCode?: number;
  readonly json?: { readonly message?: string };
}

/** The engine's own words for what went wrong. */
export function engineMessage(error: unknown): string {
  const { json, message } = error as EngineError;
  return json?.message ?? message ?? String(error);
}

/** HTTP status of the engine's answer; `undefined` when it gave none. */
export function engineStatus(error: unknown): number | undefined {
  return (error as EngineError).statusCode;
}

/** Waits for a removal or an end; what is gone already, or about to go, is as good as removed. */
export async function ignoreGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const status = engineStatus(error);
    const isUnderWay = status === 409 && /already in progress|is not running/.test(engineMessage(error));
    if (status !== 404 && status !== 304 && !isUnderWay) throw error;
  }
}
