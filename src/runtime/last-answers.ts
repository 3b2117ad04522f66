/**
 * How long a pod that is stopped serves on, milliseconds. No Envoy knows it any more by then, but requests are under way,
 * and the workers of an Envoy follow its acknowledgement a moment later.
 */
export const lastAnswersMs = 400;
