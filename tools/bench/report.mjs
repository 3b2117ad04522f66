import { cpus, totalmem } from 'node:os';
import { show } from './statistics.mjs';

/** Collects figures with their bounds, prints raw samples as they come, and makes the table. */
export class Report {
  constructor() {
    this.rows = [];
    this.raw = [];
  }

  /** Raw samples, for whoever wants to judge the medians. */
  samples(title, values) {
    const line = `${title}: ${values.map((value) => (typeof value === 'number' ? show(value) : value)).join('  ') || 'none'}`;
    this.raw.push(line);
    console.log(`  ${line}`);
  }

  /** What a ratio is measured against, complete. */
  baseline(title, command, configuration) {
    console.log(`  ${title}: ${command.join(' ')}\n  ${JSON.stringify(configuration)}`);
  }

  figure(title, value, unit, bound, note = '') {
    this.#row({ title, value, unit, bound: `≤ ${show(bound)}`, met: value <= bound, note });
  }

  atLeast(title, value, unit, bound, note = '') {
    this.#row({ title, value, unit, bound: `≥ ${show(bound)}`, met: value >= bound, note });
  }

  /** What cannot be measured here: no figure, and no bound missed. */
  skipped(title, why) {
    console.log(`skipped ${title}: ${why}`);
  }

  failed(title, error) {
    this.#row({
      title,
      value: undefined,
      unit: '',
      bound: '',
      met: false,
      note: String(error.message).split('\n')[0],
    });
    console.error(error);
  }

  #row(row) {
    this.rows.push(row);
    console.log(
      `${row.met ? 'ok    ' : 'MISSED'} ${row.title}: ${value(row)} (bound ${row.bound}${row.unit && ` ${row.unit}`}) ${row.note}`,
    );
  }

  get missed() {
    return this.rows.filter(({ met }) => !met);
  }

  /** The table of the docs. */
  toMarkdown(envoyVersion) {
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
    return [
      '| figure | measured | bound | |',
      '|---|---|---|---|',
      ...this.rows.map(
        (row) =>
          `| ${row.title} | ${row.met ? value(row) : `**${value(row)}**`} | ${row.bound}${row.unit && ` ${row.unit}`} | ${row.note} |`,
      ),
      '',
      `Node ${process.versions.node}, ${envoyVersion}, ${process.platform} ${process.arch}, ${machine}.`,
    ].join('\n');
  }
}

function value(row) {
  return row.value === undefined ? 'failed' : `${show(row.value)}${row.unit && ` ${row.unit}`}`;
}
