import type { StatusReport } from '../../src/api/status-report.ts';
import { connect } from '../choose-instance.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodes } from '../exit-codes.ts';
import { listWords } from '../output/list-words.ts';

/** How long an answer may take, milliseconds: a dump of thousands of routes keeps Envoy busy for a while. */
const patienceMs = 15_000;

/** An answer of Envoy's admin interface. */
export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/** The admin interface of one tenant's Envoy, over its unix socket. */
export class EnvoyAdmin {
  readonly tenant: string;
  readonly #socketPath: string;

  constructor(tenant: string, socketPath: string) {
    this.tenant = tenant;
    this.#socketPath = socketPath;
  }

  /** @throws {CliError} exit 4 when Envoy does not answer */
  async ask(path: string, method: 'GET' | 'POST' = 'GET'): Promise<AdminAnswer> {
    const { Agent, request } = await import('undici');
    const agent = new Agent({ connect: { socketPath: this.#socketPath } });
    const time = { headersTimeout: patienceMs, bodyTimeout: patienceMs };
    try {
      const { statusCode, body } = await request(`http://envoy${path}`, {
        ...{ dispatcher: agent, method, ...time },
      });
      return { status: statusCode, text: await body.text() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CliError(
        exitCodes.environment,
        `the Envoy of ${this.tenant} does not answer: ${reason}`,
        'calb-sim status shows whether it runs',
      );
    } finally {
      await agent.destroy();
    }
  }

  /** @throws {CliError} exit 1 when Envoy refuses */
  async text(path: string, method?: 'POST'): Promise<string> {
    const { status, text } = await this.ask(path, method);
    if (status === 200) return text;
    throw new CliError(exitCodes.fault, `Envoy answered ${status}: ${text.trim().slice(0, 300)}`);
  }

  async json(path: string): Promise<unknown> {
    return JSON.parse(await this.text(path));
  }
}

/**
 * The admin interface of a tenant, which need not be named where there is only one.
 *
 * @throws {CliError} exit 2 when several could be meant, exit 1 when none has that name, exit 4 without an Envoy
 */
export async function openAdmin(
  io: CommandIo,
  name: string | undefined,
  options: { readonly name?: string },
): Promise<EnvoyAdmin> {
  const { tenants } = await connect(io, options).call<StatusReport>('/calb/v1/status');
  const names = tenants.map((tenant) => tenant.name);
  const [only, ...others] = tenants;
  if (name === undefined && others.length > 0) {
    throw new CliError(exitCodes.usage, `several tenants run: ${listWords(names)}`, 'say which one');
  }
  const found = name === undefined ? only : tenants.find((tenant) => tenant.name === name);
  if (found === undefined) {
    const hint = names.length === 0 ? 'save a Gateway' : `there are ${listWords(names)}`;
    const message = name === undefined ? 'no tenant runs' : `there is no tenant ${name}`;
    throw new CliError(exitCodes.noSuchObject, message, hint);
  }
  if (found.adminSocket === undefined) {
    throw new CliError(
      exitCodes.environment,
      `the Envoy of ${found.name} is not there yet`,
      'calb-sim status shows whether it runs',
    );
  }
  return new EnvoyAdmin(found.name, found.adminSocket);
}
