import { request } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';

/** Time for an answer to begin, milliseconds. */
const patienceMs = 10_000;

/** A failure that the instance's API reported (`meta/v1 Status`). */
export class ApiFailure extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.reason = reason;
  }
}

/** What a client asks for. */
export interface ApiRequest {
  readonly method?: 'GET' | 'PUT' | 'PATCH' | 'POST';
  readonly body?: unknown;
  /** Ends a stream. */
  readonly signal?: AbortSignal;
  /** Called when a stream breaks off: the instance ended without ending it. */
  readonly onBroken?: () => void;
}

/** Talks to one running instance over its socket. */
export class InstanceClient {
  readonly #instance: { readonly name: string; readonly apiSocket: string };

  constructor(instance: { readonly name: string; readonly apiSocket: string }) {
    this.#instance = instance;
  }

  /**
   * Asks once and parses the answer.
   *
   * @throws {ApiFailure} what the API refused
   * @throws {CliError} when the instance does not answer
   */
  async call<T>(path: string, options: ApiRequest = {}): Promise<T> {
    let text = '';
    for await (const chunk of this.#read(path, options)) text += chunk;
    return JSON.parse(text) as T;
  }

  /** The JSON lines of a stream, in the pieces in which they arrive: what came together can be shown together. */
  async *lines<T>(path: string, options: ApiRequest = {}): AsyncGenerator<readonly T[]> {
    let rest = '';
    for await (const chunk of this.#read(path, options)) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      const lines = parts.filter((part) => part !== '').map((part) => JSON.parse(part) as T);
      if (lines.length > 0) yield lines;
    }
  }

  async *#read(path: string, { method = 'GET', body, signal, onBroken }: ApiRequest): AsyncGenerator<string> {
    const response = await this.#send(path, { method, body, ...(signal === undefined ? {} : { signal }) });
    const decoder = new StringDecoder('utf8');
    const isFailure = (response.statusCode ?? 500) >= 400;
    let failure = '';
    try {
      for await (const chunk of response) {
        const text = decoder.write(chunk);
        if (isFailure) failure += text;
        else yield text;
      }
    } catch (error) {
      // The instance stopped, or the reader had enough: either way the stream is over.
      if (signal?.aborted) return;
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      onBroken?.();
      return;
    }
    if (isFailure) throw toFailure(response.statusCode ?? 500, failure);
  }

  #send(path: string, { method, body, signal }: ApiRequest) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      const call = request({
        socketPath: this.#instance.apiSocket,
        path,
        method,
        agent: false,
        headers: payload === undefined ? {} : { 'content-type': 'application/json' },
        ...(signal === undefined ? {} : { signal }),
      });
      const silence = setTimeout(() => call.destroy(new Error('no answer')), patienceMs);
      call.on('response', (response) => {
        clearTimeout(silence);
        resolve(response);
      });
      call.on('error', (error: Error) => {
        clearTimeout(silence);
        if (signal?.aborted) reject(error);
        else reject(this.#unreachable(error));
      });
      call.end(payload);
    });
  }

  #unreachable(error: Error): CliError {
    return new CliError(
      exitCodes.environment,
      `the instance ${this.#instance.name} does not answer: ${error.message}`,
      'calb-sim down removes what a dead instance left; calb-sim up starts a new one',
    );
  }
}

function toFailure(status: number, text: string): ApiFailure {
  try {
    const { code = status, reason = 'Unknown', message = text } = JSON.parse(text);
    return new ApiFailure(code, reason, message);
  } catch {
    return new ApiFailure(status, 'Unknown', text.trim());
  }
}
