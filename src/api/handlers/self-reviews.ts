import { kinds } from '../../resources/kinds.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import type { ApiCall, Reply } from '../route.ts';
import { readVerbs, verbsOf } from '../served-kind.ts';
import { readObject, type SentObject } from '../write/read-object.ts';

/** Who has the token has all rights there are: the name is for people, as `kubectl auth whoami` prints it. */
const userInfo = { username: 'calb-sim', groups: ['system:masters', 'system:authenticated'] };

/** `POST /apis/authentication.k8s.io/v1/selfsubjectreviews`: who asks (`kubectl auth whoami`). */
export function reviewSelf(call: ApiCall): Promise<Reply> {
  return answer(call, 'authentication.k8s.io', 'SelfSubjectReview', () => ({ userInfo }));
}

/** `POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews`: may who asks do this (`kubectl auth can-i`). */
export function reviewAccess(call: ApiCall): Promise<Reply> {
  return answer(call, 'authorization.k8s.io', 'SelfSubjectAccessReview', accessTo);
}

/** `POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews`: all that who asks may do (`kubectl auth can-i --list`). */
export function reviewRules(call: ApiCall): Promise<Reply> {
  return answer(call, 'authorization.k8s.io', 'SelfSubjectRulesReview', () => ({
    resourceRules: kinds.map((kind) => ({
      verbs: verbsOf(kind),
      apiGroups: [kind.group],
      resources: [kind.plural],
    })),
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }));
}

async function answer(
  call: ApiCall,
  group: string,
  kind: string,
  statusOf: (sent: SentObject) => object,
): Promise<Reply> {
  const apiVersion = `${group}/v1`;
  const sent = await readObject(call, { kind: { kind }, apiVersion });
  if ('reply' in sent) return sent.reply;
  const { metadata = {}, spec = {} } = sent.value;
  return { status: 201, body: { kind, apiVersion, metadata, spec, status: statusOf(sent.value) } };
}

/** Everything is allowed but to write what the simulator makes itself. */
function accessTo({ spec }: SentObject): object {
  const wanted = isRecord(spec) && isRecord(spec.resourceAttributes) ? spec.resourceAttributes : {};
  const { verb, group = '', resource, subresource = '' } = wanted;
  const kind = kinds.find((candidate) => candidate.group === group && candidate.plural === resource);
  if (subresource !== '' || kind === undefined || !isWrite(verb) || verbsOf(kind).includes(verb)) {
    return { allowed: true };
  }
  return { allowed: false, reason: `calb-sim makes ${kind.plural} from what runs` };
}

function isWrite(verb: unknown): verb is string {
  return typeof verb === 'string' && verb !== '*' && !readVerbs.includes(verb);
}
