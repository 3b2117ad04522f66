import type { HeaderValueOptionJson } from '../gen/envoy/envoy/config/core/v3/base_pb.js';
import type { Header, HeaderMutation } from '../model/route.ts';

/** Envoy's fields for what happens to the headers of requests and responses, as routes and weighted clusters have them. */
export interface HeaderFields {
  request_headers_to_add?: HeaderValueOptionJson[];
  request_headers_to_remove?: string[];
  response_headers_to_add?: HeaderValueOptionJson[];
  response_headers_to_remove?: string[];
}

/** Envoy removes first, then sets, then adds. */
export function headerFields(
  request: HeaderMutation | undefined,
  response: HeaderMutation | undefined,
): HeaderFields {
  const fields: HeaderFields = {};
  if (request !== undefined) {
    if (hasAdditions(request)) fields.request_headers_to_add = additions(request);
    if (request.remove.length > 0) fields.request_headers_to_remove = [...request.remove];
  }
  if (response !== undefined) {
    if (hasAdditions(response)) fields.response_headers_to_add = additions(response);
    if (response.remove.length > 0) fields.response_headers_to_remove = [...response.remove];
  }
  return fields;
}

const hasAdditions = ({ set, add }: HeaderMutation) => set.length + add.length > 0;

function additions({ set, add }: HeaderMutation): HeaderValueOptionJson[] {
  return [
    ...set.map((header) => option(header, 'OVERWRITE_IF_EXISTS_OR_ADD')),
    ...add.map((header) => option(header, 'APPEND_IF_EXISTS_OR_ADD')),
  ];
}

function option({ name, value }: Header, action: 'OVERWRITE_IF_EXISTS_OR_ADD' | 'APPEND_IF_EXISTS_OR_ADD') {
  return {
    // A percent sign would begin one of Envoy's command operators.
    header: { key: name, value: value.replaceAll('%', '%%') },
    append_action: action,
    ...(value === '' && { keep_empty_value: true }),
  } satisfies HeaderValueOptionJson;
}
