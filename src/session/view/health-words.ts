import type { ActiveHealthCheck, OutlierDetection } from '../../model/cluster.ts';

/** An active health check in words: `GET /healthz every 3 s, 3 failures`. */
export function healthCheckWords({ check, intervalMs, unhealthyThreshold }: ActiveHealthCheck): string {
  return `${what(check)} every ${seconds(intervalMs)}, ${counted(unhealthyThreshold, 'failure')}`;
}

function what(check: ActiveHealthCheck['check']): string {
  switch (check.type) {
    case 'http':
      return `${check.method} ${check.path}`;
    case 'tcp':
      return 'TCP connection';
    case 'grpc':
      return check.service === undefined ? 'gRPC health' : `gRPC health of ${check.service}`;
  }
}

/** Outlier detection in words: `5 × 5xx or 5 × gateway error: out for 30 s, at most 10 %`. */
export function outlierWords(detection: OutlierDetection): string {
  const { baseEjectionMs, maxEjectionPercent } = detection;
  const kinds = [
    [detection.consecutive5xx, '5xx'],
    [detection.consecutiveGatewayFailure, 'gateway error'],
    [detection.splitExternalLocalOriginErrors ? detection.consecutiveLocalOriginFailure : 0, 'local error'],
  ] as const;
  const words = kinds.filter(([count]) => count > 0).map(([count, kind]) => `${count} × ${kind}`);
  const { failurePercentageThreshold: percent } = detection;
  if (percent !== undefined) words.push(`${percent} % failures`);
  if (words.length === 0) return 'nothing is counted';
  return `${words.join(' or ')}: out for ${seconds(baseEjectionMs)}, at most ${maxEjectionPercent} %`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
