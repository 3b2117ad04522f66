import { createHash } from 'node:crypto';
import { noSuchResource } from '../kube-status.ts';
import { openApiDocument, openApiPaths } from '../openapi/openapi-document.ts';
import type { ApiCall, Reply } from '../route.ts';

/** Documents never change while the program runs: made once, when the first client asks. */
let index: object | undefined;
const documents = new Map<string, object | undefined>();

/** `GET /openapi/v3`: where the document of each group version is; its hash lets clients keep it. */
export function getOpenApiIndex(): Reply {
  index ??= {
    paths: Object.fromEntries(
      openApiPaths().map(({ name, group, version }) => {
        const hash = createHash('sha256')
          .update(JSON.stringify(documentOf(group, version)))
          .digest('hex');
        return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hash.toUpperCase()}` }];
      }),
    ),
  };
  return { status: 200, body: index };
}

/** `GET /openapi/v3/api/VERSION` and `GET /openapi/v3/apis/GROUP/VERSION`. */
export function getOpenApiDocument({ params }: ApiCall): Reply {
  const document = documentOf(params.group ?? '', params.version ?? '');
  return document === undefined ? noSuchResource() : { status: 200, body: document };
}

function documentOf(group: string, version: string): object | undefined {
  const name = `${group}/${version}`;
  if (!documents.has(name)) documents.set(name, openApiDocument(group, version));
  return documents.get(name);
}
