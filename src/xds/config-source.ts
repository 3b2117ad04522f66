import type { ConfigSourceJson } from '../gen/envoy/envoy/config/core/v3/config_source_pb.js';

/** Resources that come over the one aggregated stream. */
export const overAds: ConfigSourceJson = { ads: {}, resource_api_version: 'V3' };
