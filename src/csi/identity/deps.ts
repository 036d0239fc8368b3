export interface IdentityDeps {
  readonly driverName: string;
  readonly version: string;
  /** Throws when the driver cannot do its work now: a pool is out of reach or read-only, the catalog is closed. */
  readonly check: () => Promise<void>;
}
