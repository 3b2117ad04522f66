import type { LogLine } from '../../src/model/logs.ts';
import type { TenantView } from '../../src/session/view/instance-view.ts';
import { clusterLines, describeObject, endpointLine, historyLines } from '../details/describe-object.ts';
import { type DetailLine, sectionLines } from '../details/detail-section.ts';
import { gatherFacts } from '../details/gather-facts.ts';
import { modelLines, xdsLines } from '../details/object-xds.ts';
import { yamlLines } from '../details/object-yaml.ts';
import { requestFacts, requestLine } from '../details/request-text.ts';
import { matchesFilter } from '../output/matches-filter.ts';
import type { LogSubject, Overlay, Subject } from './app-state.ts';
import type { InstanceSource } from './instance-source.ts';
import type { InstanceModel } from './model/instance-model.ts';
import type { TimelineEntry } from './model/timeline.ts';
import { clockTime } from './screen/screen-input.ts';

/** What overlays are made from. */
export interface OverlayPlace {
  readonly source: InstanceSource | undefined;
  readonly tenant: TenantView | undefined;
  readonly model: InstanceModel;
  readonly now: () => number;
}

/** Details are made anew so often, milliseconds: countdowns and histories go on while one reads. */
const refreshMs = 1000;

/** Lines of a log that are kept. */
const keptLines = 2000;

/** The lines of the overlay that is open. */
export class OverlayContent {
  readonly #onChange: () => void;
  #lines: readonly DetailLine[] = [];
  #logs: readonly DetailLine[] = [];
  #key = '';
  #end: () => void = () => {};
  #place: OverlayPlace | undefined;
  #overlay: Overlay | undefined;

  constructor({ onChange }: { readonly onChange: () => void }) {
    this.#onChange = onChange;
  }

  /** Opens, changes or closes what is shown. */
  show(overlay: Overlay | undefined, place: OverlayPlace): void {
    this.#overlay = overlay;
    this.#place = place;
    const key = keyOf(overlay);
    if (key === this.#key) return;
    this.close();
    this.#key = key;
    if (overlay?.type === 'details') this.#showDetails(overlay.subject, overlay.tab, place);
    if (overlay?.type === 'logs') this.#showLogs(overlay.subject, place);
  }

  /** What is to be drawn; logs only as far as they have what the filter asks for. */
  lines(filter: string): readonly DetailLine[] {
    if (this.#overlay?.type !== 'logs') return this.#lines;
    const lines = this.#overlay.subject.type === 'access' ? this.#accessLines() : this.#logs;
    const shown = filter === '' ? lines : lines.filter(({ text }) => matchesFilter(text, filter));
    return shown.length > 0
      ? shown
      : [{ text: lines.length === 0 ? 'nothing was written yet' : 'no line has that', style: 'dim' }];
  }

  /** Ends what follows. */
  close(): void {
    this.#end();
    this.#end = () => {};
    this.#lines = [];
    this.#logs = [];
    this.#key = '';
  }

  #accessLines(): readonly DetailLine[] {
    const { model, tenant } = this.#place ?? {};
    return (model?.meter.requests(tenant?.name) ?? []).map(requestLine);
  }

  #showLogs(subject: LogSubject, { source, tenant }: OverlayPlace): void {
    if (source === undefined || subject.type === 'access') return;
    if (subject.type === 'proxy' && tenant === undefined) return;
    const owner = subject.type === 'pod' ? subject : ({ type: 'proxy', tenant: tenant?.name ?? '' } as const);
    this.#end = source.followLogs(owner, (lines) => {
      this.#logs = [...this.#logs, ...lines.map(logText)].slice(-keptLines);
      this.#onChange();
    });
  }

  #showDetails(subject: Subject, tab: number, place: OverlayPlace): void {
    const key = this.#key;
    const load = async (): Promise<void> => {
      const lines = await detailLines(subject, tab, place).catch((error: unknown) => [
        { text: error instanceof Error ? error.message : String(error), style: 'red' as const },
      ]);
      if (this.#key !== key) return;
      this.#lines = lines;
      this.#onChange();
    };
    const timer = setInterval(() => void load(), refreshMs);
    this.#end = () => clearInterval(timer);
    void load();
  }
}

/** What an overlay shows, apart from where it is scrolled to. */
function keyOf(overlay: Overlay | undefined): string {
  if (overlay === undefined) return '';
  if (overlay.type === 'details') return JSON.stringify(['details', overlay.subject, overlay.tab]);
  return overlay.type === 'logs' ? JSON.stringify(['logs', overlay.subject]) : overlay.type;
}

function logText({ timeMs, text }: LogLine): DetailLine {
  const isBad = /\[(error|critical)\]/.test(text);
  return { text: `${clockTime(timeMs, 'local')} ${text}`, ...(isBad ? { style: 'red' as const } : {}) };
}

async function detailLines(
  subject: Subject,
  tab: number,
  place: OverlayPlace,
): Promise<readonly DetailLine[]> {
  const { source, tenant, model, now } = place;
  const ref = refOf(subject, place);
  if (tab > 0 || subject.type === 'object') {
    if (source === undefined || ref === undefined) return [{ text: 'this has no object of its own' }];
    const facts = await gatherFacts(ref, { source, model, now });
    if (tab === 1) return yamlLines(facts);
    if (tab === 2) return modelLines(facts);
    return tab === 3 ? xdsLines(facts) : sectionLines(describeObject(facts));
  }
  switch (subject.type) {
    case 'entry':
      return entryLines(subject.seq, model);
    case 'request': {
      const request = model.meter.requests(undefined).find(({ seq }) => seq === subject.seq);
      return request === undefined ? [{ text: 'this request is no longer kept' }] : requestFacts(request);
    }
    case 'endpoint':
      return endpointLines(subject, {
        ...place,
        tenant: source?.view()?.tenants.find(({ name }) => name === tenant?.name) ?? tenant,
      });
  }
}

/** The object behind what is selected. */
function refOf(subject: Subject, { source, tenant, model }: OverlayPlace): string | undefined {
  switch (subject.type) {
    case 'object':
      return subject.ref;
    case 'endpoint': {
      const cluster = tenant?.clusters.find(({ name }) => name === subject.cluster);
      const endpoint = cluster?.endpoints.find(({ declared }) => declared === subject.declared);
      if (endpoint?.pod !== undefined) return `Pod/${endpoint.pod}`;
      if (endpoint?.deployment !== undefined) return `Deployment/${endpoint.deployment}`;
      return cluster?.resource;
    }
    case 'request': {
      const request = model.meter.requests(undefined).find(({ seq }) => seq === subject.seq);
      const routes = source?.view()?.tenants.flatMap((known) => known.routes) ?? [];
      return routes.find(({ name }) => name === request?.route)?.resource;
    }
    case 'entry':
      return model.timeline.entries
        .find(({ seq }) => seq === subject.seq)
        ?.about.find((about) => about.split('/').length === 3);
  }
}

function entryLines(seq: number, model: InstanceModel): readonly DetailLine[] {
  const chain = model.timeline.why(seq);
  const entry = chain.at(-1);
  if (entry === undefined) return [{ text: 'this is no longer kept' }];
  return sectionLines([
    {
      title: `${entry.symbol} ${entry.word}`,
      lines: [
        { text: entry.text },
        ...entry.details.map((text) => ({ text })),
        ...(entry.because === undefined ? [] : [{ text: entry.because }]),
      ],
    },
    { title: 'How it came to this', lines: chain.length < 2 ? [] : chain.map(stepLine) },
  ]);
}

/** A step of a chain: what stands above it is why. */
function stepLine({ timeMs, symbol, word, text }: TimelineEntry, index: number): DetailLine {
  return {
    text: `${'  '.repeat(index)}${index === 0 ? '' : '↳ '}${clockTime(timeMs, 'local')} ${symbol} ${word} ${text}`,
  };
}

function endpointLines(
  subject: Extract<Subject, { type: 'endpoint' }>,
  { tenant, model, now }: OverlayPlace,
): readonly DetailLine[] {
  const cluster = tenant?.clusters.find(({ name }) => name === subject.cluster);
  const endpoint = cluster?.endpoints.find(({ declared }) => declared === subject.declared);
  if (cluster === undefined || endpoint === undefined) return [{ text: 'this endpoint is gone' }];
  const requests = model.meter
    .requests(tenant?.name)
    .filter((request) => request.endpoint === endpoint.declared);
  const history = model.timeline.entries.filter(
    ({ about }) =>
      about.includes(endpoint.declared) || (endpoint.pod !== undefined && about.includes(endpoint.pod)),
  );
  return sectionLines([
    {
      title: endpoint.declared,
      lines: [
        endpointLine(endpoint, now()),
        { text: ejectedSoFar(endpoint.ejections) },
        { text: `address ${endpoint.address}` },
      ],
    },
    { title: `Cluster ${cluster.label}`, lines: clusterLines(cluster, now()) },
    { title: 'Latest requests', lines: requests.slice(-10).map(requestLine) },
    { title: 'History', lines: historyLines(history) },
  ]);
}

function ejectedSoFar(count: number): string {
  if (count === 0) return 'was never ejected';
  return count === 1 ? 'was ejected once' : `was ejected ${count} times`;
}
