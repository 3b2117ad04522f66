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
    await pass(pauseMs);
  }
  return false;
}

/** How long clients are asked to come back on another connection before listeners close, milliseconds. */
const askingMs = 250;

/** How long connections that stay open are waited for, milliseconds. */
const idleMs = 2000;

/**
 * Has an Envoy hand everything over to the one that listens beside it: for a moment its answers ask clients to close
 * their connections, then its listeners close, and what is under way is answered.
 */
export async function leaveListeners(adminSocket: string): Promise<void> {
  await ask(adminSocket, 'POST', '/drain_listeners?graceful&skip_exit');
  await pass(askingMs);
  await ask(adminSocket, 'POST', '/drain_listeners');
  const deadline = performance.now() + idleMs;
  while (performance.now() < deadline && (await openConnections(adminSocket)) > 0) await pass(pauseMs);
}

/** Of clients; none when it does not answer. */
async function openConnections(adminSocket: string): Promise<number> {
  const text = await ask(adminSocket, 'GET', '/stats?filter=^listener\\..*downstream_cx_active$');
  const counts = [...(text ?? '').matchAll(/^listener\.(?!admin\.)\S+\.downstream_cx_active: (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function isReady(adminSocket: string): Promise<boolean> {
  return (await ask(adminSocket, 'GET', '/ready')) !== undefined;
}

/** The answer's text; `undefined` when there is none, or it is no success. */
function ask(socketPath: string, method: string, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asking = request({ socketPath, method, path, agent: false, timeout: 1000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('close', () => resolve(answer.statusCode === 200 ? text : undefined));
    });
    asking.once('timeout', () => asking.destroy()).once('error', () => resolve(undefined));
    asking.end();
  });
}

function pass(ms: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
