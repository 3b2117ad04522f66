import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** Where requests go and how many. */
export interface TrafficPlan {
  /** `http://127.0.0.1:8080/path`. */
  readonly url: string;
  /** Host header, and the name in the TLS handshake. */
  readonly host: string;
  readonly method: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** Steady traffic under way. */
export interface Traffic {
  readonly plan: TrafficPlan;
  readonly endsAtMs: number;
  readonly sent: number;
  stop(): void;
}

/** Requests that wait for their answer at a time: a server that hangs must not let them pile up. */
const maxOpen = 200;

/** An answer is given up after that, milliseconds. */
const patienceMs = 15_000;

const tickMs = 20;

/** Sends requests at a steady rate, whether or not earlier ones were answered, and stops by itself. */
export function startTraffic(plan: TrafficPlan, onEnd: () => void): Traffic {
  const isTls = plan.url.startsWith('https:');
  // Names that are simulated have certificates that no authority here knows.
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
    : new Agent({ keepAlive: true });
  const startedAtMs = Date.now();
  const state = { sent: 0, open: 0 };
  const send = isTls ? httpsRequest : httpRequest;
  const options: RequestOptions & { readonly servername?: string } = {
    agent,
    method: plan.method,
    timeout: patienceMs,
    headers: { host: plan.host, 'user-agent': 'calb-sim' },
    ...(isTls ? { servername: plan.host.replace(/:\d+$/, '') } : {}),
  };
  const one = (): void => {
    state.sent += 1;
    if (state.open >= maxOpen) return;
    state.open += 1;
    const call = send(plan.url, options, (response) => {
      response.on('close', () => {
        state.open -= 1;
      });
      response.resume();
    });
    call.on('timeout', () => call.destroy());
    // What came of it is told by Envoy; that no Envoy is there shows in that nothing is told.
    call.on('error', () => {
      state.open -= 1;
    });
    call.end();
  };
  const end = (): void => {
    clearInterval(timer);
    agent.destroy();
  };
  const timer = setInterval(() => {
    const elapsed = (Date.now() - startedAtMs) / 1000;
    const due = Math.floor(Math.min(elapsed, plan.seconds) * plan.rate);
    while (state.sent < due) one();
    if (elapsed < plan.seconds) return;
    end();
    onEnd();
  }, tickMs);
  return {
    plan,
    endsAtMs: startedAtMs + plan.seconds * 1000,
    get sent() {
      return state.sent;
    },
    stop: end,
  };
}
