import type { OutlierDetectionJson } from '../gen/envoy/envoy/config/cluster/v3/outlier_detection_pb.js';
import type { OutlierDetection } from '../model/cluster.ts';
import { duration } from './duration.ts';

/**
 * Passive health checking. Gateway failures and failure percentage are enforced where they are asked for (Envoy only
 * counts them by default); a count of 0 is never reached, which switches its kind off.
 */
export function outlierDetectionJson(detection: OutlierDetection): OutlierDetectionJson {
  const { consecutiveGatewayFailure, failurePercentageThreshold } = detection;
  return {
    interval: duration(detection.intervalMs),
    base_ejection_time: duration(detection.baseEjectionMs),
    max_ejection_percent: detection.maxEjectionPercent,
    consecutive_5xx: detection.consecutive5xx,
    consecutive_gateway_failure: consecutiveGatewayFailure,
    ...(consecutiveGatewayFailure > 0 && { enforcing_consecutive_gateway_failure: 100 }),
    split_external_local_origin_errors: detection.splitExternalLocalOriginErrors,
    consecutive_local_origin_failure: detection.consecutiveLocalOriginFailure,
    ...(detection.alwaysEjectOneHost && { always_eject_one_host: true }),
    ...(failurePercentageThreshold !== undefined && {
      failure_percentage_threshold: failurePercentageThreshold,
      enforcing_failure_percentage: 100,
    }),
  };
}
