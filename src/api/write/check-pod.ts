import type { Path } from '../../resources/resource.ts';
import { type Validation, validate } from '../../resources/validate.ts';
import type { SentObject } from './read-object.ts';

/** Where a Deployment has what its pods are made from. */
const templatePath: Path = ['spec', 'template'];
const labels = { 'calb-sim/pod': 'any' };

/** Checks the `spec` of a pod, as that of a Deployment's template, and fills in what is not given. */
export function checkPod(value: SentObject, onUnknown: (path: Path) => void): Validation {
  const { metadata } = value;
  const { restartPolicy, ...spec } = Object(value.spec);
  const deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
    // All pods of Deployments have the same policy.
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  const checked = validate(
    deployment,
    () => undefined,
    (path) => onUnknown(withoutTemplate(path)),
  );
  const issues = checked.issues.map((issue) => ({
    ...issue,
    path: withoutTemplate(issue.path),
    message: issue.message.replaceAll('spec.template.spec', 'spec'),
  }));
  if (checked.object === undefined) return { issues };
  const { template } = Object((checked.object as { readonly spec?: unknown }).spec);
  const object = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: checked.object.metadata },
    spec: { restartPolicy: restartPolicy ?? 'Always', ...Object(template).spec },
  };
  return { object, issues };
}

function withoutTemplate(path: Path): Path {
  return templatePath.every((step, index) => path[index] === step) ? path.slice(templatePath.length) : path;
}
