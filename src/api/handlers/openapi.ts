import { createHash } from 'node:crypto';
import { noSuchResource } from '../kube-status.ts';
import { openApiDocument, openApiPaths } from '../openapi/openapi-document.ts';
import type { ApiCall, Reply } from '../route.ts';

/** Documents never change while the program runs: made once, when the first client asks. */
let index: Promise<object> | undefined;
const documents = new Map<string, Promise<object | undefined>>();

/** `GET /openapi/v3`: where the document of each group version is; its hash lets clients keep it. */
export async function getOpenApiIndex(): Promise<Reply> {
  index ??= makeIndex();
  return { status: 200, body: await index };
}

/** `GET /openapi/v3/api/VERSION` and `GET /openapi/v3/apis/GROUP/VERSION`. */
export async function getOpenApiDocument({ params }: ApiCall): Promise<Reply> {
  const document = await documentOf(params.group ?? '', params.version ?? '');
  return document === undefined ? noSuchResource() : { status: 200, body: document };
}

async function makeIndex(): Promise<object> {
  const paths: Record<string, object> = {};
  for (const { name, group, version } of openApiPaths()) {
    const text = JSON.stringify(await documentOf(group, version));
    const hash = createHash('sha256').update(text).digest('hex').toUpperCase();
    paths[name] = { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` };
  }
  return { paths };
}

function documentOf(group: string, version: string): Promise<object | undefined> {
  const name = `${group}/${version}`;
  const known = documents.get(name);
  if (known !== undefined) return known;
  const made = makeDocument(group, version);
  documents.set(name, made);
  return made;
}

async function makeDocument(group: string, version: string): Promise<object | undefined> {
  // Large, and of use to nobody else.
  const { prose } = await import('../openapi/prose.ts');
  return openApiDocument(group, version, prose);
}
