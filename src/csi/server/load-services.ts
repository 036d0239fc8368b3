import type { ServiceDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs/light.js';
import type { ControllerDefinition } from '../gen/csi/v1/Controller.ts';
import type { GroupControllerDefinition } from '../gen/csi/v1/GroupController.ts';
import type { IdentityDefinition } from '../gen/csi/v1/Identity.ts';
import type { NodeDefinition } from '../gen/csi/v1/Node.ts';
import { descriptor } from '../gen/descriptor.ts';
import type { RegistrationDefinition } from '../gen/pluginregistration/Registration.ts';
import type { AdminDefinition } from '../gen/tome/v1/Admin.ts';
import type { SchedulesDefinition } from '../gen/tome/v1/Schedules.ts';
import { decode, decodeRequest, encode } from './codec.ts';

/** The services this program can serve, with the types of their methods. */
export interface ServiceDefinitions {
  'csi.v1.Identity': IdentityDefinition;
  'csi.v1.Controller': ControllerDefinition;
  'csi.v1.GroupController': GroupControllerDefinition;
  'csi.v1.Node': NodeDefinition;
  'pluginregistration.Registration': RegistrationDefinition;
  'tome.v1.Admin': AdminDefinition;
  'tome.v1.Schedules': SchedulesDefinition;
}

export type ServiceName = keyof ServiceDefinitions;

export interface Method {
  /** As in the proto, such as `CreateVolume`. */
  readonly name: string;
  /** As in the handlers, such as `createVolume`. */
  readonly key: string;
  readonly path: string;
  readonly requestType: protobuf.Type;
  readonly responseType: protobuf.Type;
}

const root = protobuf.Root.fromJSON(descriptor);

/** The methods of one service. Message types are compiled when they are first used, which keeps the start short. */
export function methodsOf(service: ServiceName): readonly Method[] {
  return root.lookupService(service).methodsArray.map((method) => {
    const { name, requestType, responseType } = method;
    return {
      name,
      key: name.charAt(0).toLowerCase() + name.slice(1),
      path: `/${service}/${name}`,
      requestType: root.lookupType(`${packageOf(service)}.${requestType}`),
      responseType: root.lookupType(`${packageOf(service)}.${responseType}`),
    };
  });
}

/** The service as grpc-js wants it, for servers and clients alike. */
export function grpcDefinition(service: ServiceName): ServiceDefinition {
  const methods = methodsOf(service).map(({ name, path, requestType, responseType }) => {
    const definition = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: (message: object) => encode(requestType, message),
      requestDeserialize: (bytes: Buffer) => decodeRequest(requestType, bytes),
      responseSerialize: (message: object) => encode(responseType, message),
      responseDeserialize: (bytes: Buffer) => decode(responseType, bytes),
    };
    return [name, definition] as const;
  });
  return Object.fromEntries(methods);
}

function packageOf(service: ServiceName): string {
  return service.slice(0, service.lastIndexOf('.'));
}
