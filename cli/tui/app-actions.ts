import type { TenantView } from '../../src/session/view/instance-view.ts';
import type { AppEffect, AppState, CommandEntry } from './app-state.ts';
import type { InstanceSource, Intent } from './instance-source.ts';
import type { RouteTarget } from './route-target.ts';
import type { TrafficFacts } from './screen/screen-input.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** Effects that act on the instance. */
export type Action = Exclude<AppEffect, { readonly type: 'stop' | 'suspend' | 'redraw' | 'copy' }>;

export interface ActionsOptions {
  readonly now: () => number;
  /** Changes what is shown. */
  readonly onChange: (change: (state: AppState) => AppState) => void;
}

/** Where an action was asked for. */
export interface ActionPlace {
  readonly tenant: TenantView | undefined;
  /** Where the selected route can be dialled. */
  readonly target: RouteTarget | undefined;
}

/** Carries out what people want, and tells which command would have done the same. */
export class AppActions {
  readonly #options: ActionsOptions;
  #source: InstanceSource | undefined;
  #traffic: Traffic | undefined;

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  attach(source: InstanceSource): void {
    this.#source = source;
  }

  get traffic(): TrafficFacts | undefined {
    if (this.#traffic === undefined) return undefined;
    const { plan, endsAtMs, sent } = this.#traffic;
    return { rate: plan.rate, sent, endsAtMs, url: plan.url, host: plan.host };
  }

  close(): void {
    this.#traffic?.stop();
    this.#traffic = undefined;
  }

  run(action: Action, place: ActionPlace): void {
    if (action.type === 'traffic') this.#toggleTraffic(action, place);
    else if (action.type === 'scale-by') void this.#scaleBy(action);
    else void this.#act(action);
  }

  #toggleTraffic({ wish }: Extract<Action, { type: 'traffic' }>, { target }: ActionPlace): void {
    if (this.#traffic !== undefined) {
      this.close();
      this.#say('steady traffic ended');
      return;
    }
    if (wish === undefined) return;
    if (target === undefined) {
      this.#say('no listener serves this route yet');
      return;
    }
    const { url, host, method } = target;
    const asked = host === '*' ? new URL(url).host : host;
    const plan = { url, host: asked, method, rate: wish.rate, seconds: wish.seconds };
    this.#traffic = startTraffic(plan, () => {
      this.#traffic = undefined;
      this.#options.onChange((state) => ({ ...state }));
    });
    this.#log({
      words: `:traffic ${wish.rate}/s ${wish.seconds}s`,
      outcome: `${method} ${url} (Host: ${asked})`,
    });
  }

  /** One pod more or less than is wanted now. */
  async #scaleBy({ deployment, step }: Extract<Action, { type: 'scale-by' }>): Promise<void> {
    const [namespace = '', name = ''] = deployment.split('/');
    const found = await this.#source?.object(`Deployment/${deployment}`);
    const spec = found?.spec as { readonly replicas?: number } | undefined;
    if (found === undefined) {
      this.#say(`there is no Deployment ${deployment}`);
      return;
    }
    await this.#act({ type: 'scale', namespace, name, replicas: Math.max(0, (spec?.replicas ?? 1) + step) });
  }

  async #act(intent: Intent): Promise<void> {
    const entry = this.#log({ words: twinOf(intent) });
    try {
      if (this.#source === undefined) throw new Error('there is no instance yet');
      await this.#source.act(intent);
      this.#finish(entry, { outcome: 'done' });
    } catch (error) {
      this.#finish(entry, {
        outcome: error instanceof Error ? error.message : String(error),
        isFailed: true,
      });
    }
  }

  #say(notice: string): void {
    this.#options.onChange((state) => ({ ...state, notice }));
  }

  #log(entry: Omit<CommandEntry, 'timeMs'>): CommandEntry {
    const made: CommandEntry = { timeMs: this.#options.now(), ...entry };
    this.#options.onChange((state) => ({
      ...state,
      commands: [...state.commands.slice(-199), made],
      notice: `$ ${made.words}`,
    }));
    return made;
  }

  #finish(entry: CommandEntry, result: Pick<CommandEntry, 'outcome' | 'isFailed'>): void {
    this.#options.onChange((state) => ({
      ...state,
      commands: state.commands.map((known) => (known === entry ? { ...known, ...result } : known)),
      ...(result.isFailed === true ? { notice: `✗ ${result.outcome}` } : {}),
    }));
  }
}

/** The command that does the same. */
export function twinOf(intent: Intent): string {
  switch (intent.type) {
    case 'scale':
      return `calb-sim scale deployment/${intent.name} -n ${intent.namespace} --replicas ${intent.replicas}`;
    case 'kill-pod':
      return `calb-sim kill pod/${intent.name} -n ${intent.namespace}`;
    case 'restart-proxy':
      return `calb-sim restart ${intent.tenant}`;
    case 'reread':
      return 'calb-sim reread';
  }
}
