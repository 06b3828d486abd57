/** Seconds from the NTP era 0 (1900) to the Unix epoch (1970). */
const UNIX_EPOCH = 2_208_988_800;
const TWO_TO_32 = 2 ** 32;

/** A 64-bit NTP time: seconds since 1900 modulo 2^32, and the fraction of a second in units of 2^-32. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** The NTP time of a Unix time in milliseconds. */
export function ntpFromUnix(milliseconds: number): NtpTime {
  const seconds = Math.floor(milliseconds / 1000);
  const fraction = Math.floor((milliseconds - 1000 * seconds) / 1000 * TWO_TO_32);
  return { seconds: (seconds + UNIX_EPOCH) % TWO_TO_32, fraction };
}

/**
 * The Unix time in milliseconds of an NTP time from 1968 to 2104: seconds below 2^31 are taken for the era that begins
 * in 2036 (RFC 4330 section 3).
 */
export function unixFromNtp(time: NtpTime): number {
  const era = time.seconds < TWO_TO_32 / 2 ? TWO_TO_32 : 0;
  return (time.seconds + era - UNIX_EPOCH) * 1000 + time.fraction * 1000 / TWO_TO_32;
}

/** The middle 32 bits, in which reports speak of a sender report (RFC 3550 section 4). */
export function ntpMiddle(time: NtpTime): number {
  return ((time.seconds << 16) | (time.fraction >>> 16)) >>> 0;
}
