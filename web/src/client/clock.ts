/**
 * The service's time. The reader's clock may be hours off or jump, so ages and days are computed
 * from the service's time and from the time that has elapsed since it was observed.
 */
let observed: { time: number; at: number } | undefined;

/** `time` in Unix ms; NaN, the time of a missing `Date` header, is ignored. */
export function observeServiceTime(time: number): void {
  if (time > 0) observed = { time, at: performance.now() };
}

/** In Unix ms. The reader's clock counts until the service's time is known. */
export const serviceNow = (): number =>
  observed ? observed.time + performance.now() - observed.at : Date.now();
