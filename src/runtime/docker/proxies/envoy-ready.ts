import { request } from 'node:http';

/** How long an Envoy may take until it has its listeners, milliseconds. */
const patienceMs = 20_000;

/** Between two questions, milliseconds. */
const pauseMs = 10;

/**
 * Waits until an Envoy has its first listeners (`GET /ready` of the admin interface), or has ended.
 *
 * @returns whether it is ready
 */
export async function untilReady(adminSocket: string, ended: Promise<unknown>): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded && performance.now() < deadline) {
    if (await isReady(adminSocket)) return true;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return false;
}

/** Asks an Envoy to close its listeners: what is under way there is answered, new connections go to its successor. */
export function drainListeners(adminSocket: string): Promise<boolean> {
  return ask(adminSocket, 'POST', '/drain_listeners?graceful&skip_exit');
}

function isReady(adminSocket: string): Promise<boolean> {
  return ask(adminSocket, 'GET', '/ready');
}

function ask(socketPath: string, method: string, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ socketPath, method, path, agent: false, timeout: 1000 }, (answer) => {
      answer.resume();
      answer.once('close', () => resolve(answer.statusCode === 200));
    });
    asking.once('timeout', () => asking.destroy()).once('error', () => resolve(false));
    asking.end();
  });
}
