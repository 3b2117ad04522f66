import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { eventually } from './eventually.ts';

/** What containers may do at most: nothing. */
export const hardened = {
  ReadonlyRootfs: true,
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges:true'],
  LogConfig: { Type: 'none', Config: {} },
} as const satisfies Dockerode.HostConfig;

/** A container that a test started. */
export class TestContainer {
  readonly #container: Dockerode.Container;
  readonly #stream: NodeJS.ReadWriteStream;
  readonly #ended: Promise<unknown>;
  #output = '';

  private constructor(container: Dockerode.Container, stream: NodeJS.ReadWriteStream) {
    this.#container = container;
    this.#stream = stream;
    this.#ended = once(stream, 'end');
    const output = new PassThrough();
    output.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    container.modem.demuxStream(stream, output, output);
  }

  /** Creates, attaches to and starts a container; with `OpenStdin` its input is {@link write}'s. */
  static async start(docker: Dockerode, options: Dockerode.ContainerCreateOptions): Promise<TestContainer> {
    const { HostConfig, ...rest } = options;
    const stdin = rest.OpenStdin === true;
    const container = await docker.createContainer({
      ...rest,
      ...(stdin && { StdinOnce: true, AttachStdin: true }),
      Labels: { 'io.calb-sim.test': 'images' },
      HostConfig: { ...hardened, NetworkMode: 'none', ...HostConfig },
    });
    const stream = await container.attach({ stream: true, hijack: true, stdin, stdout: true, stderr: true });
    const started = new TestContainer(container, stream);
    await container.start();
    return started;
  }

  /** All that it wrote so far. */
  get output(): string {
    return this.#output;
  }

  get id(): string {
    return this.#container.id;
  }

  /** Waits for a line that holds `text`. */
  async line(text: string): Promise<string> {
    return eventually(`a line with ${text} in ${JSON.stringify(this.#output)}`, () =>
      this.#output.split('\n').find((line) => line.includes(text)),
    );
  }

  write(text: string): void {
    this.#stream.write(text);
  }

  /** Ends its input, as the death of whoever attached to it does. */
  endInput(): void {
    this.#stream.end();
  }

  kill(signal: string): Promise<unknown> {
    return this.#container.kill({ signal });
  }

  async isRunning(): Promise<boolean> {
    return (await this.#container.inspect()).State.Running;
  }

  /** Waits for its end; all output is there then. */
  async exitCode(): Promise<number> {
    const { StatusCode } = await this.#container.wait();
    await this.#ended;
    return StatusCode;
  }

  async address(network: string): Promise<string> {
    return (await this.#container.inspect()).NetworkSettings.Networks[network]?.IPAddress ?? '';
  }

  async remove(): Promise<void> {
    await this.#container.remove({ force: true, v: true }).catch(() => undefined);
  }
}
