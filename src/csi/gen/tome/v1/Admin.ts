// Original file: proto/tome.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateTemplatesRequest as _tome_v1_CreateTemplatesRequest, CreateTemplatesRequest__Output as _tome_v1_CreateTemplatesRequest__Output } from '../../tome/v1/CreateTemplatesRequest.ts';
import type { CreateTemplatesResponse as _tome_v1_CreateTemplatesResponse, CreateTemplatesResponse__Output as _tome_v1_CreateTemplatesResponse__Output } from '../../tome/v1/CreateTemplatesResponse.ts';
import type { DeleteQuotaRequest as _tome_v1_DeleteQuotaRequest, DeleteQuotaRequest__Output as _tome_v1_DeleteQuotaRequest__Output } from '../../tome/v1/DeleteQuotaRequest.ts';
import type { DeleteQuotaResponse as _tome_v1_DeleteQuotaResponse, DeleteQuotaResponse__Output as _tome_v1_DeleteQuotaResponse__Output } from '../../tome/v1/DeleteQuotaResponse.ts';
import type { DeleteTemplateRequest as _tome_v1_DeleteTemplateRequest, DeleteTemplateRequest__Output as _tome_v1_DeleteTemplateRequest__Output } from '../../tome/v1/DeleteTemplateRequest.ts';
import type { DeleteTemplateResponse as _tome_v1_DeleteTemplateResponse, DeleteTemplateResponse__Output as _tome_v1_DeleteTemplateResponse__Output } from '../../tome/v1/DeleteTemplateResponse.ts';
import type { ListGroupsRequest as _tome_v1_ListGroupsRequest, ListGroupsRequest__Output as _tome_v1_ListGroupsRequest__Output } from '../../tome/v1/ListGroupsRequest.ts';
import type { ListGroupsResponse as _tome_v1_ListGroupsResponse, ListGroupsResponse__Output as _tome_v1_ListGroupsResponse__Output } from '../../tome/v1/ListGroupsResponse.ts';
import type { ListPoolsRequest as _tome_v1_ListPoolsRequest, ListPoolsRequest__Output as _tome_v1_ListPoolsRequest__Output } from '../../tome/v1/ListPoolsRequest.ts';
import type { ListPoolsResponse as _tome_v1_ListPoolsResponse, ListPoolsResponse__Output as _tome_v1_ListPoolsResponse__Output } from '../../tome/v1/ListPoolsResponse.ts';
import type { ListQuotasRequest as _tome_v1_ListQuotasRequest, ListQuotasRequest__Output as _tome_v1_ListQuotasRequest__Output } from '../../tome/v1/ListQuotasRequest.ts';
import type { ListQuotasResponse as _tome_v1_ListQuotasResponse, ListQuotasResponse__Output as _tome_v1_ListQuotasResponse__Output } from '../../tome/v1/ListQuotasResponse.ts';
import type { ListSnapshotsRequest as _tome_v1_ListSnapshotsRequest, ListSnapshotsRequest__Output as _tome_v1_ListSnapshotsRequest__Output } from '../../tome/v1/ListSnapshotsRequest.ts';
import type { ListSnapshotsResponse as _tome_v1_ListSnapshotsResponse, ListSnapshotsResponse__Output as _tome_v1_ListSnapshotsResponse__Output } from '../../tome/v1/ListSnapshotsResponse.ts';
import type { ListTemplatesRequest as _tome_v1_ListTemplatesRequest, ListTemplatesRequest__Output as _tome_v1_ListTemplatesRequest__Output } from '../../tome/v1/ListTemplatesRequest.ts';
import type { ListTemplatesResponse as _tome_v1_ListTemplatesResponse, ListTemplatesResponse__Output as _tome_v1_ListTemplatesResponse__Output } from '../../tome/v1/ListTemplatesResponse.ts';
import type { ListVolumesRequest as _tome_v1_ListVolumesRequest, ListVolumesRequest__Output as _tome_v1_ListVolumesRequest__Output } from '../../tome/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse as _tome_v1_ListVolumesResponse, ListVolumesResponse__Output as _tome_v1_ListVolumesResponse__Output } from '../../tome/v1/ListVolumesResponse.ts';
import type { ModifySnapshotRequest as _tome_v1_ModifySnapshotRequest, ModifySnapshotRequest__Output as _tome_v1_ModifySnapshotRequest__Output } from '../../tome/v1/ModifySnapshotRequest.ts';
import type { ModifySnapshotResponse as _tome_v1_ModifySnapshotResponse, ModifySnapshotResponse__Output as _tome_v1_ModifySnapshotResponse__Output } from '../../tome/v1/ModifySnapshotResponse.ts';
import type { SetQuotaRequest as _tome_v1_SetQuotaRequest, SetQuotaRequest__Output as _tome_v1_SetQuotaRequest__Output } from '../../tome/v1/SetQuotaRequest.ts';
import type { SetQuotaResponse as _tome_v1_SetQuotaResponse, SetQuotaResponse__Output as _tome_v1_SetQuotaResponse__Output } from '../../tome/v1/SetQuotaResponse.ts';

export interface AdminClient extends grpc.Client {
  CreateTemplates(argument: _tome_v1_CreateTemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  CreateTemplates(argument: _tome_v1_CreateTemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  CreateTemplates(argument: _tome_v1_CreateTemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  CreateTemplates(argument: _tome_v1_CreateTemplatesRequest, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  createTemplates(argument: _tome_v1_CreateTemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  createTemplates(argument: _tome_v1_CreateTemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  createTemplates(argument: _tome_v1_CreateTemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  createTemplates(argument: _tome_v1_CreateTemplatesRequest, callback: grpc.requestCallback<_tome_v1_CreateTemplatesResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteQuota(argument: _tome_v1_DeleteQuotaRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  DeleteQuota(argument: _tome_v1_DeleteQuotaRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  DeleteQuota(argument: _tome_v1_DeleteQuotaRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  DeleteQuota(argument: _tome_v1_DeleteQuotaRequest, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  deleteQuota(argument: _tome_v1_DeleteQuotaRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  deleteQuota(argument: _tome_v1_DeleteQuotaRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  deleteQuota(argument: _tome_v1_DeleteQuotaRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  deleteQuota(argument: _tome_v1_DeleteQuotaRequest, callback: grpc.requestCallback<_tome_v1_DeleteQuotaResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteTemplate(argument: _tome_v1_DeleteTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  DeleteTemplate(argument: _tome_v1_DeleteTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  DeleteTemplate(argument: _tome_v1_DeleteTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  DeleteTemplate(argument: _tome_v1_DeleteTemplateRequest, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteTemplate(argument: _tome_v1_DeleteTemplateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteTemplate(argument: _tome_v1_DeleteTemplateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteTemplate(argument: _tome_v1_DeleteTemplateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  deleteTemplate(argument: _tome_v1_DeleteTemplateRequest, callback: grpc.requestCallback<_tome_v1_DeleteTemplateResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  ListQuotas(argument: _tome_v1_ListQuotasRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  ListQuotas(argument: _tome_v1_ListQuotasRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  ListQuotas(argument: _tome_v1_ListQuotasRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  ListQuotas(argument: _tome_v1_ListQuotasRequest, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  listQuotas(argument: _tome_v1_ListQuotasRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  listQuotas(argument: _tome_v1_ListQuotasRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  listQuotas(argument: _tome_v1_ListQuotasRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  listQuotas(argument: _tome_v1_ListQuotasRequest, callback: grpc.requestCallback<_tome_v1_ListQuotasResponse__Output>): grpc.ClientUnaryCall;
  
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListSnapshots(argument: _tome_v1_ListSnapshotsRequest, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listSnapshots(argument: _tome_v1_ListSnapshotsRequest, callback: grpc.requestCallback<_tome_v1_ListSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  
  ListTemplates(argument: _tome_v1_ListTemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  ListTemplates(argument: _tome_v1_ListTemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  ListTemplates(argument: _tome_v1_ListTemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  ListTemplates(argument: _tome_v1_ListTemplatesRequest, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listTemplates(argument: _tome_v1_ListTemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listTemplates(argument: _tome_v1_ListTemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listTemplates(argument: _tome_v1_ListTemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  listTemplates(argument: _tome_v1_ListTemplatesRequest, callback: grpc.requestCallback<_tome_v1_ListTemplatesResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  SetQuota(argument: _tome_v1_SetQuotaRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  SetQuota(argument: _tome_v1_SetQuotaRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  SetQuota(argument: _tome_v1_SetQuotaRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  SetQuota(argument: _tome_v1_SetQuotaRequest, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  setQuota(argument: _tome_v1_SetQuotaRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  setQuota(argument: _tome_v1_SetQuotaRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  setQuota(argument: _tome_v1_SetQuotaRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  setQuota(argument: _tome_v1_SetQuotaRequest, callback: grpc.requestCallback<_tome_v1_SetQuotaResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AdminHandlers extends grpc.UntypedServiceImplementation {
  CreateTemplates: grpc.handleUnaryCall<_tome_v1_CreateTemplatesRequest__Output, _tome_v1_CreateTemplatesResponse>;
  
  DeleteQuota: grpc.handleUnaryCall<_tome_v1_DeleteQuotaRequest__Output, _tome_v1_DeleteQuotaResponse>;
  
  DeleteTemplate: grpc.handleUnaryCall<_tome_v1_DeleteTemplateRequest__Output, _tome_v1_DeleteTemplateResponse>;
  
  ListGroups: grpc.handleUnaryCall<_tome_v1_ListGroupsRequest__Output, _tome_v1_ListGroupsResponse>;
  
  ListPools: grpc.handleUnaryCall<_tome_v1_ListPoolsRequest__Output, _tome_v1_ListPoolsResponse>;
  
  ListQuotas: grpc.handleUnaryCall<_tome_v1_ListQuotasRequest__Output, _tome_v1_ListQuotasResponse>;
  
  ListSnapshots: grpc.handleUnaryCall<_tome_v1_ListSnapshotsRequest__Output, _tome_v1_ListSnapshotsResponse>;
  
  ListTemplates: grpc.handleUnaryCall<_tome_v1_ListTemplatesRequest__Output, _tome_v1_ListTemplatesResponse>;
  
  ListVolumes: grpc.handleUnaryCall<_tome_v1_ListVolumesRequest__Output, _tome_v1_ListVolumesResponse>;
  
  ModifySnapshot: grpc.handleUnaryCall<_tome_v1_ModifySnapshotRequest__Output, _tome_v1_ModifySnapshotResponse>;
  
  SetQuota: grpc.handleUnaryCall<_tome_v1_SetQuotaRequest__Output, _tome_v1_SetQuotaResponse>;
  
}

export interface AdminDefinition extends grpc.ServiceDefinition {
  CreateTemplates: MethodDefinition<_tome_v1_CreateTemplatesRequest, _tome_v1_CreateTemplatesResponse, _tome_v1_CreateTemplatesRequest__Output, _tome_v1_CreateTemplatesResponse__Output>
  DeleteQuota: MethodDefinition<_tome_v1_DeleteQuotaRequest, _tome_v1_DeleteQuotaResponse, _tome_v1_DeleteQuotaRequest__Output, _tome_v1_DeleteQuotaResponse__Output>
  DeleteTemplate: MethodDefinition<_tome_v1_DeleteTemplateRequest, _tome_v1_DeleteTemplateResponse, _tome_v1_DeleteTemplateRequest__Output, _tome_v1_DeleteTemplateResponse__Output>
  ListGroups: MethodDefinition<_tome_v1_ListGroupsRequest, _tome_v1_ListGroupsResponse, _tome_v1_ListGroupsRequest__Output, _tome_v1_ListGroupsResponse__Output>
  ListPools: MethodDefinition<_tome_v1_ListPoolsRequest, _tome_v1_ListPoolsResponse, _tome_v1_ListPoolsRequest__Output, _tome_v1_ListPoolsResponse__Output>
  ListQuotas: MethodDefinition<_tome_v1_ListQuotasRequest, _tome_v1_ListQuotasResponse, _tome_v1_ListQuotasRequest__Output, _tome_v1_ListQuotasResponse__Output>
  ListSnapshots: MethodDefinition<_tome_v1_ListSnapshotsRequest, _tome_v1_ListSnapshotsResponse, _tome_v1_ListSnapshotsRequest__Output, _tome_v1_ListSnapshotsResponse__Output>
  ListTemplates: MethodDefinition<_tome_v1_ListTemplatesRequest, _tome_v1_ListTemplatesResponse, _tome_v1_ListTemplatesRequest__Output, _tome_v1_ListTemplatesResponse__Output>
  ListVolumes: MethodDefinition<_tome_v1_ListVolumesRequest, _tome_v1_ListVolumesResponse, _tome_v1_ListVolumesRequest__Output, _tome_v1_ListVolumesResponse__Output>
  ModifySnapshot: MethodDefinition<_tome_v1_ModifySnapshotRequest, _tome_v1_ModifySnapshotResponse, _tome_v1_ModifySnapshotRequest__Output, _tome_v1_ModifySnapshotResponse__Output>
  SetQuota: MethodDefinition<_tome_v1_SetQuotaRequest, _tome_v1_SetQuotaResponse, _tome_v1_SetQuotaRequest__Output, _tome_v1_SetQuotaResponse__Output>
}
