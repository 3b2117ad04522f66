import { type HttpRequest, send } from './http-request.ts';

/** What a load saw, by status; `failures` are requests without an answer. */
export interface LoadReport {
  readonly sent: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/** Sends requests at a steady rate, each on a connection of its own, until it is stopped. */
export class SteadyLoad {
  readonly #statuses: Record<string, number> = {};
  readonly #failures: string[] = [];
  readonly #pending = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #request: () => HttpRequest;
  readonly #perSecond: number;
  readonly #started = performance.now();
  #sent = 0;

  constructor(perSecond: number, request: () => HttpRequest) {
    this.#perSecond = perSecond;
    this.#request = request;
    // Timers are late on a busy machine: each tick sends what is due by the clock.
    this.#timer = setInterval(() => this.#sendDue(), 5);
  }

  #sendDue(): void {
    const due = ((performance.now() - this.#started) / 1000) * this.#perSecond;
    while (this.#sent < due) this.#sendOne();
  }

  #sendOne(): void {
    this.#sent += 1;
    const pending = send(this.#request()).then(
      ({ status }) => {
        this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
      },
      (error: unknown) => {
        this.#failures.push(String(error));
      },
    );
    this.#pending.add(pending);
    void pending.finally(() => this.#pending.delete(pending));
  }

  get sent(): number {
    return this.#sent;
  }

  /** Stops sending, waits for the answers that are still due and tells what was seen. */
  async stop(): Promise<LoadReport> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    return { sent: this.#sent, statuses: { ...this.#statuses }, failures: [...this.#failures] };
  }
}
