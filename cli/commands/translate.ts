import type { Command } from 'commander';
import { render } from '../../src/diagnostics/render.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { choice, fidelityOption, outputOption } from '../options.ts';
import { noPaint } from '../output/colors.ts';
import { formatJson } from '../output/json.ts';
import { sourceReader } from '../output/read-source.ts';
import { formatYaml } from '../output/yaml.ts';
import { hasErrors } from './validate.ts';

const targets = ['envoy-gateway', 'model', 'xds'] as const;

interface TranslateOptions {
  readonly to: (typeof targets)[number];
  readonly output: string;
  readonly fidelity: Fidelity;
}

/** `calb-sim translate [PATH…] --to envoy-gateway|model|xds`. */
export function defineTranslate(command: Command, io: CommandIo): void {
  command
    .description(
      'Prints what would run: Kubernetes objects for Envoy Gateway, the model of each tenant, or what its Envoy gets. Nothing is started. Ends with 3 when the files have errors; what they leave is printed all the same.',
    )
    .argument('[paths...]', 'files and folders; default: the current folder')
    .addOption(choice('--to <target>', `what to print: ${targets.join(', ')}`, targets).makeOptionMandatory())
    .addOption(outputOption(['yaml', 'json']))
    .addOption(fidelityOption())
    .addHelpText(
      'after',
      examples([
        ['calb-sim translate --to envoy-gateway | kubectl apply -f -', 'run CALB objects on Envoy Gateway'],
        ['calb-sim translate demo --to xds -o json', 'what the Envoys get'],
        ["calb-sim translate --to model -o json | jq '.[].clusters[].name'", 'clusters of all tenants'],
      ]),
    )
    .action((paths: readonly string[], options: TranslateOptions) => translate(io, paths, options));
}

async function translate(
  io: CommandIo,
  paths: readonly string[],
  { to, output, fidelity }: TranslateOptions,
): Promise<void> {
  // Help must not wait for the whole translation to be loaded.
  const { translatePaths } = await import('../offline/translate-paths.ts');
  const offline = translatePaths(io, paths, fidelity);
  const errors = offline.diagnostics.filter(({ severity }) => severity === 'error');
  const readSource = sourceReader(io.cwd);
  for (const diagnostic of errors) {
    io.stderr.write(`${render(diagnostic, readSource, { color: io.paintError !== noPaint })}\n\n`);
  }
  if (hasErrors(errors)) io.exitCode = exitCodes.configuration;
  if (to === 'envoy-gateway') {
    const { kubeObjects } = await import('../offline/kube-objects.ts');
    const objects = kubeObjects(offline.expansion.effective);
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    io.stdout.write(output === 'json' ? formatJson(list) : formatYaml(objects));
    return;
  }
  const { tenants } = offline.translation;
  const { modelDocument, xdsDocument } = await import('../offline/tenant-documents.ts');
  const document = to === 'model' ? modelDocument(tenants) : xdsDocument(tenants);
  io.stdout.write(output === 'json' ? formatJson(document) : formatYaml([document]));
}
