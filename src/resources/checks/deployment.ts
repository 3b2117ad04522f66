import { formatPath, formatValue, type Issue } from '../issue.ts';
import { type LabelSelector, selects } from '../label-selector.ts';
import type { KindCheck } from './kind-check.ts';

interface DeploymentSpec {
  readonly selector: LabelSelector;
  readonly template: {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
    readonly spec?: { readonly containers: readonly { readonly image?: string; readonly name: string }[] };
  };
}

/** Deployment: the selector selects the template's pods; every container has an image (pkg/apis/apps/validation). */
export const checkDeployment: KindCheck = (object) => {
  const spec = object.fields.spec as DeploymentSpec | undefined;
  if (spec === undefined) {
    const hint = 'add "spec:" with selector and template';
    const message = 'the object has no spec, which is required';
    return { ...object, issues: [{ code: 'CALB0113', path: [], at: 'key', message, hint }] };
  }
  return { ...object, issues: [...selectorIssues(spec), ...containerIssues(spec)] };
};

function selectorIssues({ selector, template }: DeploymentSpec): Issue[] {
  const labels = template.metadata?.labels ?? {};
  const path = ['spec', 'selector'];
  const isEmpty =
    Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
  if (isEmpty) {
    const hint = 'add "matchLabels:" with the labels of the template';
    return [{ code: 'CALB0113', path, at: 'key', message: 'spec.selector is empty', hint }];
  }
  if (selects(selector, labels)) return [];
  const message =
    `spec.selector ${formatValue(selector.matchLabels ?? selector)} does not select the template's pods, ` +
    `which have the labels ${formatValue(labels)}`;
  const hint = 'give spec.template.metadata.labels the labels that spec.selector asks for';
  return [{ code: 'CALB0114', path, at: 'key', message, hint }];
}

function containerIssues({ template }: DeploymentSpec): Issue[] {
  const path = ['spec', 'template', 'spec'];
  const hint = 'add "spec:" with "containers:" to spec.template';
  if (template.spec === undefined) {
    const message = 'spec.template has no spec, which is required';
    return [{ code: 'CALB0113', path, at: 'key', message, hint }];
  }
  return template.spec.containers.flatMap(({ image }, index): Issue[] => {
    if (image) return [];
    const at = [...path, 'containers', index];
    const message = `${formatPath(at)} has no image, which is required`;
    return [{ code: 'CALB0113', path: at, at: 'key', message, hint: 'add "image:"' }];
  });
}
