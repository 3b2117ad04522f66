import type { FractionalPercentJson } from '../gen/envoy/envoy/type/v3/percent_pb.js';

const million = 1_000_000;

/** A share of requests as Envoy draws it: in hundredths where that is exact, else in millionths. */
export function fraction(numerator: number, denominator: number): FractionalPercentJson {
  const hundredths = (numerator / denominator) * 100;
  if (Number.isInteger(hundredths)) return { numerator: hundredths, denominator: 'HUNDRED' };
  return { numerator: Math.round((numerator / denominator) * million), denominator: 'MILLION' };
}

/** A percentage of requests; fractions of a percent are kept to the millionth. */
export function percentage(percent: number): FractionalPercentJson {
  return fraction(percent, 100);
}
