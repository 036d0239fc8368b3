import { implement, type Service } from '../server/implement.ts';

export interface RegistrationDeps {
  readonly driverName: string;
  /** Absolute path of the CSI socket, as the kubelet sees it. */
  readonly endpoint: string;
  /** Told of the kubelet's decision: undefined when the driver is registered, else why not. */
  readonly onDecision: (problem: string | undefined) => void;
}

/** The kubelet compares major versions alone, and other drivers say just this: every 1.x is compatible. */
const SUPPORTED_VERSIONS = ['1.0.0'];

/** pluginregistration v1: how the kubelet learns of the driver, and says what it made of it. */
export function registrationService({ driverName, endpoint, onDecision }: RegistrationDeps): Service {
  return implement('pluginregistration.Registration', {
    getInfo: () =>
      Promise.resolve({ type: 'CSIPlugin', name: driverName, endpoint, supportedVersions: SUPPORTED_VERSIONS }),
    notifyRegistrationStatus: ({ pluginRegistered, error }) => {
      onDecision(pluginRegistered ? undefined : error || 'the kubelet does not say why');
      return Promise.resolve({});
    },
  });
}
