import { Agent, request } from 'node:http';
import { connect } from 'node:net';

/** One GET; undefined when there was no answer. */
export function get({ address, port, host, path = '/', agent = false }) {
  return new Promise((resolve) => {
    const outgoing = request({ host: address, port, path, agent, headers: { host } }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve({ status: incoming.statusCode, headers: incoming.headers }));
      incoming.on('error', () => resolve(undefined));
    });
    outgoing.setTimeout(10_000, () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}

/** Asks without a pause until the answer fits; gives the time at which it was seen. */
export async function until(target, fits, timeoutMs = 900_000) {
  const deadline = performance.now() + timeoutMs;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    while (performance.now() < deadline) {
      const answer = await get({ ...target, agent });
      const now = performance.now();
      if (answer !== undefined && fits(answer)) return now;
      // Leaves the processor to what is being measured.
      await new Promise((resolve) => setTimeout(resolve, answer === undefined ? 5 : 1));
    }
    throw new Error(`not within ${timeoutMs} ms: the expected answer of ${target.host}${target.path}`);
  } finally {
    agent.destroy();
  }
}

/** Resolves when something listens at the address. Costs little: what is being measured needs the processor. */
export async function untilOpen({ address, port }, timeoutMs = 60_000) {
  const deadline = performance.now() + timeoutMs;
  while (!(await accepts(address, port))) {
    if (performance.now() > deadline) throw new Error(`nothing listens at ${address}:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

function accepts(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Sends requests at a steady rate until it is stopped. */
export function steadyLoad(perSecond, target) {
  const started = performance.now();
  const answers = [];
  const pending = new Set();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * perSecond;
    while (sent < due) {
      sent += 1;
      const at = performance.now() - started;
      const one = get(target).then((answer) => {
        answers.push({ at, status: answer?.status ?? 0 });
        pending.delete(one);
      });
      pending.add(one);
    }
  }, 5);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return answers.sort((a, b) => a.at - b.at);
    },
  };
}
