// Original file: proto/tome.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListGroupsRequest as _tome_v1_ListGroupsRequest, ListGroupsRequest__Output as _tome_v1_ListGroupsRequest__Output } from '../../tome/v1/ListGroupsRequest.ts';
import type { ListGroupsResponse as _tome_v1_ListGroupsResponse, ListGroupsResponse__Output as _tome_v1_ListGroupsResponse__Output } from '../../tome/v1/ListGroupsResponse.ts';
import type { ListPoolsRequest as _tome_v1_ListPoolsRequest, ListPoolsRequest__Output as _tome_v1_ListPoolsRequest__Output } from '../../tome/v1/ListPoolsRequest.ts';
import type { ListPoolsResponse as _tome_v1_ListPoolsResponse, ListPoolsResponse__Output as _tome_v1_ListPoolsResponse__Output } from '../../tome/v1/ListPoolsResponse.ts';
import type { ListSnapshotsRequest as _tome_v1_ListSnapshotsRequest, ListSnapshotsRequest__Output as _tome_v1_ListSnapshotsRequest__Output } from '../../tome/v1/ListSnapshotsRequest.ts';
import type { ListSnapshotsResponse as _tome_v1_ListSnapshotsResponse, ListSnapshotsResponse__Output as _tome_v1_ListSnapshotsResponse__Output } from '../../tome/v1/ListSnapshotsResponse.ts';
import type { ListVolumesRequest as _tome_v1_ListVolumesRequest, ListVolumesRequest__Output as _tome_v1_ListVolumesRequest__Output } from '../../tome/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse as _tome_v1_ListVolumesResponse, ListVolumesResponse__Output as _tome_v1_ListVolumesResponse__Output } from '../../tome/v1/ListVolumesResponse.ts';
import type { ModifySnapshotRequest as _tome_v1_ModifySnapshotRequest, ModifySnapshotRequest__Output as _tome_v1_ModifySnapshotRequest__Output } from '../../tome/v1/ModifySnapshotRequest.ts';
import type { ModifySnapshotResponse as _tome_v1_ModifySnapshotResponse, ModifySnapshotResponse__Output as _tome_v1_ModifySnapshotResponse__Output } from '../../tome/v1/ModifySnapshotResponse.ts';

export interface AdminClient extends grpc.Client {
  ListGroups(argument: _tome_v1_ListGroupsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  ListGroups(argument: _tome_v1_ListGroupsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  ListGroups(argument: _tome_v1_ListGroupsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  ListGroups(argument: _tome_v1_ListGroupsRequest, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _tome_v1_ListGroupsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _tome_v1_ListGroupsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _tome_v1_ListGroupsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _tome_v1_ListGroupsRequest, callback: grpc.requestCallback<_tome_v1_ListGroupsResponse__Output>): grpc.ClientUnaryCall;
  
  ListPools(argument: _tome_v1_ListPoolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  ListPools(argument: _tome_v1_ListPoolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  ListPools(argument: _tome_v1_ListPoolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  ListPools(argument: _tome_v1_ListPoolsRequest, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  listPools(argument: _tome_v1_ListPoolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  listPools(argument: _tome_v1_ListPoolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  listPools(argument: _tome_v1_ListPoolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  listPools(argument: _tome_v1_ListPoolsRequest, callback: grpc.requestCallback<_tome_v1_ListPoolsResponse__Output>): grpc.ClientUnaryCall;
  
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  
  ListVolumes(argument: _tome_v1_ListVolumesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  ListVolumes(argument: _tome_v1_ListVolumesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  ListVolumes(argument: _tome_v1_ListVolumesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  ListVolumes(argument: _tome_v1_ListVolumesRequest, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  listVolumes(argument: _tome_v1_ListVolumesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  listVolumes(argument: _tome_v1_ListVolumesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  listVolumes(argument: _tome_v1_ListVolumesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  listVolumes(argument: _tome_v1_ListVolumesRequest, callback: grpc.requestCallback<_tome_v1_ListVolumesResponse__Output>): grpc.ClientUnaryCall;
  
  ModifySnapshot(argument: _tome_v1_ModifySnapshotRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  ModifySnapshot(argument: _tome_v1_ModifySnapshotRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  ModifySnapshot(argument: _tome_v1_ModifySnapshotRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  ModifySnapshot(argument: _tome_v1_ModifySnapshotRequest, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  modifySnapshot(argument: _tome_v1_ModifySnapshotRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  modifySnapshot(argument: _tome_v1_ModifySnapshotRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  modifySnapshot(argument: _tome_v1_ModifySnapshotRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  modifySnapshot(argument: _tome_v1_ModifySnapshotRequest, callback: grpc.requestCallback<_tome_v1_ModifySnapshotResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AdminHandlers extends grpc.UntypedServiceImplementation {
  ListGroups: grpc.handleUnaryCall<_tome_v1_ListGroupsRequest__Output, _tome_v1_ListGroupsResponse>;
  
  ListPools: grpc.handleUnaryCall<_tome_v1_ListPoolsRequest__Output, _tome_v1_ListPoolsResponse>;
  
  ListSnapshots: grpc.handleUnaryCall<_tome_v1_ListSnapshotsRequest__Output, _tome_v1_ListSnapshotsResponse>;
  
  ListVolumes: grpc.handleUnaryCall<_tome_v1_ListVolumesRequest__Output, _tome_v1_ListVolumesResponse>;
  
  ModifySnapshot: grpc.handleUnaryCall<_tome_v1_ModifySnapshotRequest__Output, _tome_v1_ModifySnapshotResponse>;
  
}

export interface AdminDefinition extends grpc.ServiceDefinition {
  ListGroups: MethodDefinition<_tome_v1_ListGroupsRequest, _tome_v1_ListGroupsResponse, _tome_v1_ListGroupsRequest__Output, _tome_v1_ListGroupsResponse__Output>
  ListPools: MethodDefinition<_tome_v1_ListPoolsRequest, _tome_v1_ListPoolsResponse, _tome_v1_ListPoolsRequest__Output, _tome_v1_ListPoolsResponse__Output>
  ListSnapshots: MethodDefinition<_tome_v1_ListSnapshotsRequest, _tome_v1_ListSnapshotsResponse, _tome_v1_ListSnapshotsRequest__Output, _tome_v1_ListSnapshotsResponse__Output>
  ListVolumes: MethodDefinition<_tome_v1_ListVolumesRequest, _tome_v1_ListVolumesResponse, _tome_v1_ListVolumesRequest__Output, _tome_v1_ListVolumesResponse__Output>
  ModifySnapshot: MethodDefinition<_tome_v1_ModifySnapshotRequest, _tome_v1_ModifySnapshotResponse, _tome_v1_ModifySnapshotRequest__Output, _tome_v1_ModifySnapshotResponse__Output>
}
