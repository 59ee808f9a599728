import { type Fault, type FaultData, fault, type PlainFaultName } from '../faults.ts';

/**
 * Thrown inside the decoders only; `catchMalformed` turns it into the fault that it carries. No Error: where it was thrown is of no interest, and to find out
 * takes longer than to read most certificates.
 */
export class Malformed {
  readonly fault: Fault;

  constructor(name: PlainFaultName, data: FaultData = {}) {
    this.fault = fault(name, data);
  }
}

/** Refuses with a fault that was caught before. */
export function refuseAs({ name, data }: Fault): never {
  throw new Malformed(name as PlainFaultName, data);
}

/** The value was read, or the one fault that kept it from being read. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** Runs a decoder; what it refuses becomes a fault, everything else stays an error. */
export function catchMalformed<T>(decode: () => T): Read<T> {
  try {
    return { ok: true, value: decode() };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** Refuses bytes that are DER but not what the definition asks for; `part` is the field's name in RFC 5280. */
export function malformed(part: string): never {
  throw new Malformed('certificate-malformed', { part });
}
