import { afterEach, expect, test } from 'vitest';
import { eventually } from '../e2e/support/eventually.ts';
import { send } from '../e2e/support/http-request.ts';
import { Instance } from '../e2e/support/instance.ts';
import { echoService, gateway, httpRoute, markedWith, rule, toYaml } from '../e2e/support/manifests.ts';
import { Workspace } from '../e2e/support/workspace.ts';
import { type Action, type Declared, interleavings, type Step } from './actions.ts';
import { machine } from './machine.ts';

/** A build tries the same runs each time. */
const chosenSeed = process.env.CI === undefined ? Math.floor(Math.random() * 1e9) : 1;
const seed = Number(process.env.CALB_SIM_SEED ?? chosenSeed);
const count = Number(process.env.CALB_SIM_INTERLEAVINGS ?? 50);
/** How long an instance may take to get from any state to the declared one, milliseconds. */
const patienceMs = 40_000;

function manifests({ replicas, ports, mark }: Declared): string {
  const listeners = ports.map((port) => ({ name: `http-${port}`, protocol: 'HTTP', port }));
  return toYaml(
    gateway({ name: 'web', listeners }),
    httpRoute({
      name: 'all',
      parent: 'web',
      rules: [
        rule('/one', ['one'], { filters: [markedWith(mark)] }),
        rule('/two', ['two'], { filters: [markedWith(mark)] }),
      ],
    }),
    ...echoService({ name: 'one', replicas: replicas.one }),
    ...echoService({ name: 'two', replicas: replicas.two }),
  );
}

let workspace: Workspace;
let instance: Instance;
afterEach(() => {
  instance?.kill();
  workspace?.dispose();
});

async function start(): Promise<void> {
  instance = new Instance(workspace);
  await instance.untilReady();
}

async function act(action: Action): Promise<void> {
  switch (action.type) {
    case 'save':
      return workspace.write('all.yaml', manifests(action.declared));
    case 'save-broken':
      return workspace.write('all.yaml', 'kind: [');
    case 'kill-proxy':
      return machine.killProxy(instance);
    case 'kill-pod':
      return machine.killPod(instance, action.index);
    case 'pause': {
      const resume = machine.pause(instance);
      await pass(action.forMs);
      return resume();
    }
    case 'restart':
      instance.process.kill(action.signal);
      await instance.exited();
      return start();
  }
}

/** Lets time go by: here it is what is tested, not something to be waited for. */
function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Every port, and no other, serves the declared mark from exactly the declared pods. */
async function expectDeclared({ replicas, ports, mark }: Declared): Promise<void> {
  const listeners = await instance.listeners();
  expect(listeners.map(({ listener }) => listener).toSorted()).toEqual(ports.map((port) => `http-${port}`));
  for (const { address, port } of listeners) {
    for (const name of ['one', 'two'] as const) {
      const pods = new Set<string>();
      for (let i = 0; i < 4 * Math.max(1, replicas[name]); i++) {
        const response = await send({ address, port, path: `/${name}` });
        expect(response.status).toBe(replicas[name] === 0 ? 503 : 200);
        if (response.status !== 200) continue;
        expect(response.headers['x-mark']).toBe(mark);
        pods.add((JSON.parse(response.body) as { pod: string }).pod);
      }
      expect(pods.size).toBe(replicas[name]);
    }
  }
}

test.each(interleavings(seed, count).map((run, index) => [index, run] as const))(
  `interleaving %i of seed ${seed} ends in what is declared, and nothing is left after down`,
  async (_, { first, steps, last }) => {
    workspace = new Workspace();
    workspace.write('all.yaml', manifests(first));
    await start();
    for (const { afterMs, action } of steps) {
      await pass(afterMs);
      await act(action);
    }
    workspace.write('all.yaml', manifests(last));
    await eventually(
      `what is declared, after ${steps.map(describeStep).join(', ')}`,
      async () => {
        await expectDeclared(last);
        return true;
      },
      patienceMs,
    );
    await instance.stop();
  },
  180_000,
);

function describeStep({ afterMs, action }: Step): string {
  const { type, ...more } = action;
  return `+${afterMs} ms ${type} ${Object.keys(more).length === 0 ? '' : JSON.stringify(more)}`.trim();
}
