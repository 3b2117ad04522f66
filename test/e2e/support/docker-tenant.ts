import { nodePath } from '../../../src/runtime/docker/images/image-paths.ts';
import type {
  Binding,
  DesiredPod,
  DesiredProxy,
  Operation,
  ProxyNetwork,
} from '../../../src/runtime/runtime.ts';
import type { DockerInstance } from '../../fixtures/docker-instance.ts';
import { get, until } from '../../fixtures/process-instance.ts';
import { staticEnvoy } from '../../fixtures/static-envoy.ts';

let nextPort = 23_000 + (process.pid % 400) * 8;

/** A port that no other test uses. */
export function freshPort(): number {
  nextPort += 1;
  return nextPort;
}

/** A tenant with a Gateway, one pod and an Envoy that sends everything to it. */
export class DockerTenant {
  readonly name: string;
  readonly instance: DockerInstance;
  readonly ports: readonly number[];
  bindings: readonly Binding[] = [];

  constructor(instance: DockerInstance, name: string, ports: readonly number[]) {
    this.instance = instance;
    this.name = name;
    this.ports = ports;
  }

  /** Starts both at once, and waits until the Gateway answers. */
  static async start(
    instance: DockerInstance,
    name: string,
    { ports = [freshPort()], upstream }: TenantOptions = {},
  ): Promise<DockerTenant> {
    const tenant = new DockerTenant(instance, name, ports);
    if (upstream === undefined) await tenant.startPod('echo');
    await tenant.reserve(ports);
    await instance.runtime.execute([{ type: 'start-proxy', proxy: tenant.proxy({ upstream }), cause: 2 }]);
    if (upstream === undefined) await tenant.answers();
    return tenant;
  }

  /** One whose pod runs and whose ports are found, without an Envoy. */
  static async prepare(instance: DockerInstance, name: string, ports: readonly number[]) {
    const tenant = new DockerTenant(instance, name, ports);
    await tenant.startPod('echo');
    await tenant.reserve(ports);
    return tenant;
  }

  /** Looks for these ports of the tenant's Gateway `web`, beside those of the other tenants of the test. */
  async reserve(ports: readonly number[]): Promise<readonly Binding[]> {
    const gateway = `${this.name}/web`;
    const others = wanted.get(this.instance) ?? new Map<string, readonly number[]>();
    wanted.set(this.instance, others.set(gateway, ports));
    const all = [...others].flatMap(([other, list]) =>
      list.map((port) => ({ gateway: other, tenant: other.slice(0, other.indexOf('/')), port })),
    );
    const bindings = await this.instance.runtime.reserve(all);
    this.bindings = bindings.filter((binding) => binding.gateway === gateway);
    return this.bindings;
  }

  async startPod(name: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.instance.runtime.execute([this.podOperation(name, env)]);
    return this.podAddress(name);
  }

  podOperation(name: string, env: Readonly<Record<string, string>> = {}): Operation {
    const pod: DesiredPod = {
      ...{ namespace: this.name, name, app: 'echo', ports: [], files: {} },
      env: { POD_NAME: name, NAMESPACE: this.name, ...env },
    };
    return { type: 'start-pod', pod, cause: 1 };
  }

  podAddress(name: string): string {
    const { pods } = this.instance.runtime.observe();
    const pod = pods.find((observed) => observed.namespace === this.name && observed.name === name);
    if (pod === undefined) throw new Error(`there is no pod ${name}`);
    return pod.address;
  }

  /** As it is wanted now; the Envoy of a bootstrap with another `mark` is another one. */
  proxy({ upstream, mark = '', network = {}, inside }: ProxyWish = {}): DesiredProxy {
    const { runtime } = this.instance;
    const listen = (inside ?? this.ports).map((port) => ({ address: '0.0.0.0', port }));
    const bootstrap = staticEnvoy(runtime, this.name, {
      listen,
      upstreams: [{ address: upstream ?? this.podAddress('echo'), port: 3000 }],
    });
    return {
      tenant: this.name,
      bootstrap: bootstrap.replace('"node":{', `"node":{"metadata":{"mark":"${mark}"},`),
      concurrency: 1,
      network: {
        ...{ bindings: this.bindings, reaches: [], hostTargets: [] },
        services: [{ gateway: `${this.name}/web`, namespace: this.name, name: 'my-gateway' }],
        ...network,
      },
    };
  }

  get reach() {
    const [binding] = this.bindings;
    if (binding === undefined) throw new Error('the Gateway has no port');
    return binding.reach;
  }

  /** Waits until the Gateway answers 200. */
  answers(socket: { readonly address: string; readonly port: number } = this.reach) {
    return until(
      () => get(socket.address, socket.port),
      ({ status }) => status === 200,
    );
  }

  /** The container that the tenant's Envoy has now. */
  get envoy(): string {
    const { proxies } = this.instance.runtime.observe();
    return proxies.find(({ tenant }) => tenant === this.name)?.container ?? 'none';
  }

  /** Runs a program of Node in one of the tenant's containers; answers what it wrote. */
  async run(what: string, program: string): Promise<string> {
    const container = this.instance.docker.getContainer(
      `calb-sim-${this.instance.name}-${this.name}-${what}`,
    );
    const exec = await container.exec({
      ...{ Cmd: [nodePath, '-e', program], AttachStdout: true, AttachStderr: true, Tty: true },
    });
    const stream = await exec.start({ hijack: true, Tty: true });
    let output = '';
    for await (const chunk of stream) output += String(chunk);
    return output.trim();
  }
}

/** Ports that the Gateways of an instance want: `reserve` takes all of them. */
const wanted = new WeakMap<DockerInstance, Map<string, readonly number[]>>();

export interface TenantOptions {
  readonly ports?: readonly number[];
  /** Of the Envoy, instead of a pod of its own. */
  readonly upstream?: string | undefined;
}

export interface ProxyWish {
  readonly upstream?: string | undefined;
  readonly mark?: string;
  readonly network?: Partial<ProxyNetwork>;
  /** Ports that Envoy listens on; by default those of the tenant. */
  readonly inside?: readonly number[];
}

/** A program that tells whether a TCP connection can be made: `connected`, an error's code, or `hangs`. */
export function connectProgram(host: string, port: number): string {
  return `const s = require('net').connect({host: '${host}', port: ${port}});
    const tell = (text) => { console.log(text); process.exit(0); };
    s.once('connect', () => tell('connected')).once('error', (e) => tell(e.code));
    setTimeout(() => tell('hangs'), 700);`;
}
