/** What people are told beside a resource: where no call carries the news. */
export interface DomainEvent {
  readonly about: {
    readonly kind: 'Volume' | 'Snapshot' | 'Pool' | 'SnapshotSchedule';
    readonly id: string;
    /** Of what is in one, with its uid. */
    readonly namespace?: string | undefined;
    readonly uid?: string | undefined;
    /** `namespace/name` of the PersistentVolumeClaim, where there is one: that is what its owner looks at. */
    readonly claim?: string | undefined;
    /** Of that claim, where it is known: what `kubectl describe` finds the event by. */
    readonly claimUid?: string | undefined;
  };
  readonly type: 'Normal' | 'Warning';
  /** One word in UpperCamelCase, for machines. */
  readonly reason: string;
  readonly message: string;
}

/** Hands events on. Never throws, and nobody waits for it: an event that cannot be delivered is no harm to a volume. */
export interface EventRecorder {
  record(event: DomainEvent): void;
}

/** Where there is nobody to tell beside the log. */
export const noEvents: EventRecorder = { record: () => undefined };
