import type { ServerResponse } from 'node:http';
import type { ApiState } from './api-state.ts';

/**
 * Writes JSON lines for as long as the reader stays: `next` gives those that are new, as values or as JSON, and is asked
 * after every change, but not while the reader lags behind, so that a slow reader costs no memory.
 */
export function streamLines(
  response: ServerResponse,
  state: Pick<ApiState, 'subscribe'>,
  next: () => readonly (object | string)[],
): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  let isLagging = false;
  const write = () => {
    if (isLagging || response.destroyed) return;
    const lines = next();
    if (lines.length === 0) return;
    isLagging = !response.write(
      lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    );
  };
  const unsubscribe = state.subscribe(write);
  response.on('drain', () => {
    isLagging = false;
    write();
  });
  response.on('close', unsubscribe);
  write();
}
