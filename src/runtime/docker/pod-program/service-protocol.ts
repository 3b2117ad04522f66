import type { DesiredServicePort } from '../../runtime.ts';

/** What a Service shall be: one line of JSON on the standard input. */
export interface ServiceOrder {
  readonly ports: readonly DesiredServicePort[];
}

/** The answer to each order: one line of JSON on the standard output. */
export interface ServiceReply {
  /** How many orders were carried out since the start, this one included. */
  readonly applied: number;
  /** Ports that could not be bound; all others serve. */
  readonly failed?: readonly {
    readonly port: number;
    /** The system's error code, such as `EADDRINUSE`. */
    readonly code?: string;
    readonly message: string;
  }[];
}
