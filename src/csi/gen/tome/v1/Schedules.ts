// Original file: proto/schedules.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateScheduleRequest as _tome_v1_CreateScheduleRequest, CreateScheduleRequest__Output as _tome_v1_CreateScheduleRequest__Output } from '../../tome/v1/CreateScheduleRequest.ts';
import type { CreateScheduleResponse as _tome_v1_CreateScheduleResponse, CreateScheduleResponse__Output as _tome_v1_CreateScheduleResponse__Output } from '../../tome/v1/CreateScheduleResponse.ts';
import type { DeleteScheduleRequest as _tome_v1_DeleteScheduleRequest, DeleteScheduleRequest__Output as _tome_v1_DeleteScheduleRequest__Output } from '../../tome/v1/DeleteScheduleRequest.ts';
import type { DeleteScheduleResponse as _tome_v1_DeleteScheduleResponse, DeleteScheduleResponse__Output as _tome_v1_DeleteScheduleResponse__Output } from '../../tome/v1/DeleteScheduleResponse.ts';
import type { ListSchedulesRequest as _tome_v1_ListSchedulesRequest, ListSchedulesRequest__Output as _tome_v1_ListSchedulesRequest__Output } from '../../tome/v1/ListSchedulesRequest.ts';
import type { ListSchedulesResponse as _tome_v1_ListSchedulesResponse, ListSchedulesResponse__Output as _tome_v1_ListSchedulesResponse__Output } from '../../tome/v1/ListSchedulesResponse.ts';
import type { RunScheduleRequest as _tome_v1_RunScheduleRequest, RunScheduleRequest__Output as _tome_v1_RunScheduleRequest__Output } from '../../tome/v1/RunScheduleRequest.ts';
import type { RunScheduleResponse as _tome_v1_RunScheduleResponse, RunScheduleResponse__Output as _tome_v1_RunScheduleResponse__Output } from '../../tome/v1/RunScheduleResponse.ts';
import type { SuspendScheduleRequest as _tome_v1_SuspendScheduleRequest, SuspendScheduleRequest__Output as _tome_v1_SuspendScheduleRequest__Output } from '../../tome/v1/SuspendScheduleRequest.ts';
import type { SuspendScheduleResponse as _tome_v1_SuspendScheduleResponse, SuspendScheduleResponse__Output as _tome_v1_SuspendScheduleResponse__Output } from '../../tome/v1/SuspendScheduleResponse.ts';

export interface SchedulesClient extends grpc.Client {
  CreateSchedule(argument: _tome_v1_CreateScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  CreateSchedule(argument: _tome_v1_CreateScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  CreateSchedule(argument: _tome_v1_CreateScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  CreateSchedule(argument: _tome_v1_CreateScheduleRequest, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  createSchedule(argument: _tome_v1_CreateScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  createSchedule(argument: _tome_v1_CreateScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  createSchedule(argument: _tome_v1_CreateScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  createSchedule(argument: _tome_v1_CreateScheduleRequest, callback: grpc.requestCallback<_tome_v1_CreateScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteSchedule(argument: _tome_v1_DeleteScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  DeleteSchedule(argument: _tome_v1_DeleteScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  DeleteSchedule(argument: _tome_v1_DeleteScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  DeleteSchedule(argument: _tome_v1_DeleteScheduleRequest, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  deleteSchedule(argument: _tome_v1_DeleteScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  deleteSchedule(argument: _tome_v1_DeleteScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  deleteSchedule(argument: _tome_v1_DeleteScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  deleteSchedule(argument: _tome_v1_DeleteScheduleRequest, callback: grpc.requestCallback<_tome_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  ListSchedules(argument: _tome_v1_ListSchedulesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  ListSchedules(argument: _tome_v1_ListSchedulesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  ListSchedules(argument: _tome_v1_ListSchedulesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  ListSchedules(argument: _tome_v1_ListSchedulesRequest, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  listSchedules(argument: _tome_v1_ListSchedulesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  listSchedules(argument: _tome_v1_ListSchedulesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  listSchedules(argument: _tome_v1_ListSchedulesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  listSchedules(argument: _tome_v1_ListSchedulesRequest, callback: grpc.requestCallback<_tome_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  
  RunSchedule(argument: _tome_v1_RunScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  RunSchedule(argument: _tome_v1_RunScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  RunSchedule(argument: _tome_v1_RunScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  RunSchedule(argument: _tome_v1_RunScheduleRequest, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  runSchedule(argument: _tome_v1_RunScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  runSchedule(argument: _tome_v1_RunScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  runSchedule(argument: _tome_v1_RunScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  runSchedule(argument: _tome_v1_RunScheduleRequest, callback: grpc.requestCallback<_tome_v1_RunScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  SuspendSchedule(argument: _tome_v1_SuspendScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  SuspendSchedule(argument: _tome_v1_SuspendScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  SuspendSchedule(argument: _tome_v1_SuspendScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  SuspendSchedule(argument: _tome_v1_SuspendScheduleRequest, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  suspendSchedule(argument: _tome_v1_SuspendScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  suspendSchedule(argument: _tome_v1_SuspendScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  suspendSchedule(argument: _tome_v1_SuspendScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  suspendSchedule(argument: _tome_v1_SuspendScheduleRequest, callback: grpc.requestCallback<_tome_v1_SuspendScheduleResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface SchedulesHandlers extends grpc.UntypedServiceImplementation {
  CreateSchedule: grpc.handleUnaryCall<_tome_v1_CreateScheduleRequest__Output, _tome_v1_CreateScheduleResponse>;
  
  DeleteSchedule: grpc.handleUnaryCall<_tome_v1_DeleteScheduleRequest__Output, _tome_v1_DeleteScheduleResponse>;
  
  ListSchedules: grpc.handleUnaryCall<_tome_v1_ListSchedulesRequest__Output, _tome_v1_ListSchedulesResponse>;
  
  RunSchedule: grpc.handleUnaryCall<_tome_v1_RunScheduleRequest__Output, _tome_v1_RunScheduleResponse>;
  
  SuspendSchedule: grpc.handleUnaryCall<_tome_v1_SuspendScheduleRequest__Output, _tome_v1_SuspendScheduleResponse>;
  
}

export interface SchedulesDefinition extends grpc.ServiceDefinition {
  CreateSchedule: MethodDefinition<_tome_v1_CreateScheduleRequest, _tome_v1_CreateScheduleResponse, _tome_v1_CreateScheduleRequest__Output, _tome_v1_CreateScheduleResponse__Output>
  DeleteSchedule: MethodDefinition<_tome_v1_DeleteScheduleRequest, _tome_v1_DeleteScheduleResponse, _tome_v1_DeleteScheduleRequest__Output, _tome_v1_DeleteScheduleResponse__Output>
  ListSchedules: MethodDefinition<_tome_v1_ListSchedulesRequest, _tome_v1_ListSchedulesResponse, _tome_v1_ListSchedulesRequest__Output, _tome_v1_ListSchedulesResponse__Output>
  RunSchedule: MethodDefinition<_tome_v1_RunScheduleRequest, _tome_v1_RunScheduleResponse, _tome_v1_RunScheduleRequest__Output, _tome_v1_RunScheduleResponse__Output>
  SuspendSchedule: MethodDefinition<_tome_v1_SuspendScheduleRequest, _tome_v1_SuspendScheduleResponse, _tome_v1_SuspendScheduleRequest__Output, _tome_v1_SuspendScheduleResponse__Output>
}
