// Made from proto/ by scripts/generate-types.ts
import type { INamespace } from 'protobufjs/light.js';

export const descriptor: INamespace = JSON.parse(`{
 "nested": {
  "csi": {
   "nested": {
    "v1": {
     "nested": {
      "Identity": {
       "methods": {
        "GetPluginInfo": {
         "requestType": "GetPluginInfoRequest",
         "responseType": "GetPluginInfoResponse"
        },
        "GetPluginCapabilities": {
         "requestType": "GetPluginCapabilitiesRequest",
         "responseType": "GetPluginCapabilitiesResponse"
        },
        "Probe": {
         "requestType": "ProbeRequest",
         "responseType": "ProbeResponse"
        }
       }
      },
      "Controller": {
       "methods": {
        "CreateVolume": {
         "requestType": "CreateVolumeRequest",
         "responseType": "CreateVolumeResponse"
        },
        "DeleteVolume": {
         "requestType": "DeleteVolumeRequest",
         "responseType": "DeleteVolumeResponse"
        },
        "ControllerPublishVolume": {
         "requestType": "ControllerPublishVolumeRequest",
         "responseType": "ControllerPublishVolumeResponse"
        },
        "ControllerUnpublishVolume": {
         "requestType": "ControllerUnpublishVolumeRequest",
         "responseType": "ControllerUnpublishVolumeResponse"
        },
        "ValidateVolumeCapabilities": {
         "requestType": "ValidateVolumeCapabilitiesRequest",
         "responseType": "ValidateVolumeCapabilitiesResponse"
        },
        "ListVolumes": {
         "requestType": "ListVolumesRequest",
         "responseType": "ListVolumesResponse"
        },
        "ControllerListVolumeHealth": {
         "requestType": "ControllerListVolumeHealthRequest",
         "responseType": "ControllerListVolumeHealthResponse"
        },
        "ControllerGetVolumeHealth": {
         "requestType": "ControllerGetVolumeHealthRequest",
         "responseType": "ControllerGetVolumeHealthResponse"
        },
        "GetCapacity": {
         "requestType": "GetCapacityRequest",
         "responseType": "GetCapacityResponse"
        },
        "ControllerGetCapabilities": {
         "requestType": "ControllerGetCapabilitiesRequest",
         "responseType": "ControllerGetCapabilitiesResponse"
        },
        "CreateSnapshot": {
         "requestType": "CreateSnapshotRequest",
         "responseType": "CreateSnapshotResponse"
        },
        "DeleteSnapshot": {
         "requestType": "DeleteSnapshotRequest",
         "responseType": "DeleteSnapshotResponse"
        },
        "ListSnapshots": {
         "requestType": "ListSnapshotsRequest",
         "responseType": "ListSnapshotsResponse"
        },
        "GetSnapshot": {
         "requestType": "GetSnapshotRequest",
         "responseType": "GetSnapshotResponse"
        },
        "ControllerExpandVolume": {
         "requestType": "ControllerExpandVolumeRequest",
         "responseType": "ControllerExpandVolumeResponse"
        },
        "ControllerGetVolume": {
         "requestType": "ControllerGetVolumeRequest",
         "responseType": "ControllerGetVolumeResponse"
        },
        "ControllerModifyVolume": {
         "requestType": "ControllerModifyVolumeRequest",
         "responseType": "ControllerModifyVolumeResponse"
        }
       }
      },
      "GroupController": {
       "methods": {
        "GroupControllerGetCapabilities": {
         "requestType": "GroupControllerGetCapabilitiesRequest",
         "responseType": "GroupControllerGetCapabilitiesResponse"
        },
        "CreateVolumeGroupSnapshot": {
         "requestType": "CreateVolumeGroupSnapshotRequest",
         "responseType": "CreateVolumeGroupSnapshotResponse"
        },
        "DeleteVolumeGroupSnapshot": {
         "requestType": "DeleteVolumeGroupSnapshotRequest",
         "responseType": "DeleteVolumeGroupSnapshotResponse"
        },
        "GetVolumeGroupSnapshot": {
         "requestType": "GetVolumeGroupSnapshotRequest",
         "responseType": "GetVolumeGroupSnapshotResponse"
        }
       }
      },
      "SnapshotMetadata": {
       "methods": {
        "GetMetadataAllocated": {
         "requestType": "GetMetadataAllocatedRequest",
         "responseType": "GetMetadataAllocatedResponse",
         "responseStream": true
        },
        "GetMetadataDelta": {
         "requestType": "GetMetadataDeltaRequest",
         "responseType": "GetMetadataDeltaResponse",
         "responseStream": true
        }
       }
      },
      "Node": {
       "methods": {
        "NodeStageVolume": {
         "requestType": "NodeStageVolumeRequest",
         "responseType": "NodeStageVolumeResponse"
        },
        "NodeUnstageVolume": {
         "requestType": "NodeUnstageVolumeRequest",
         "responseType": "NodeUnstageVolumeResponse"
        },
        "NodePublishVolume": {
         "requestType": "NodePublishVolumeRequest",
         "responseType": "NodePublishVolumeResponse"
        },
        "NodeUnpublishVolume": {
         "requestType": "NodeUnpublishVolumeRequest",
         "responseType": "NodeUnpublishVolumeResponse"
        },
        "NodeGetVolumeStats": {
         "requestType": "NodeGetVolumeStatsRequest",
         "responseType": "NodeGetVolumeStatsResponse"
        },
        "NodeGetVolumeHealth": {
         "requestType": "NodeGetVolumeHealthRequest",
         "responseType": "NodeGetVolumeHealthResponse"
        },
        "NodeGetStorageHealth": {
         "requestType": "NodeGetStorageHealthRequest",
         "responseType": "NodeGetStorageHealthResponse"
        },
        "NodeExpandVolume": {
         "requestType": "NodeExpandVolumeRequest",
         "responseType": "NodeExpandVolumeResponse"
        },
        "NodeGetCapabilities": {
         "requestType": "NodeGetCapabilitiesRequest",
         "responseType": "NodeGetCapabilitiesResponse"
        },
        "NodeGetInfo": {
         "requestType": "NodeGetInfoRequest",
         "responseType": "NodeGetInfoResponse"
        }
       }
      },
      "GetPluginInfoRequest": {
       "fields": {}
      },
      "GetPluginInfoResponse": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "vendorVersion": {
         "type": "string",
         "id": 2
        },
        "manifest": {
         "keyType": "string",
         "type": "string",
         "id": 3
        }
       }
      },
      "GetPluginCapabilitiesRequest": {
       "fields": {}
      },
      "GetPluginCapabilitiesResponse": {
       "fields": {
        "capabilities": {
         "rule": "repeated",
         "type": "PluginCapability",
         "id": 1
        }
       }
      },
      "PluginCapability": {
       "oneofs": {
        "type": {
         "oneof": [
          "service",
          "volumeExpansion"
         ]
        }
       },
       "fields": {
        "service": {
         "type": "Service",
         "id": 1
        },
        "volumeExpansion": {
         "type": "VolumeExpansion",
         "id": 2
        }
       },
       "nested": {
        "Service": {
         "fields": {
          "type": {
           "type": "Type",
           "id": 1
          }
         },
         "nested": {
          "Type": {
           "valuesOptions": {
            "SNAPSHOT_METADATA_SERVICE": {
             "(alpha_enum_value)": true
            },
            "SNAPSHOT_ACCESSIBILITY_CONSTRAINTS": {
             "(alpha_enum_value)": true
            }
           },
           "values": {
            "UNKNOWN": 0,
            "CONTROLLER_SERVICE": 1,
            "VOLUME_ACCESSIBILITY_CONSTRAINTS": 2,
            "GROUP_CONTROLLER_SERVICE": 3,
            "SNAPSHOT_METADATA_SERVICE": 4,
            "SNAPSHOT_ACCESSIBILITY_CONSTRAINTS": 5
           }
          }
         }
        },
        "VolumeExpansion": {
         "fields": {
          "type": {
           "type": "Type",
           "id": 1
          }
         },
         "nested": {
          "Type": {
           "values": {
            "UNKNOWN": 0,
            "ONLINE": 1,
            "OFFLINE": 2
           }
          }
         }
        }
       }
      },
      "ProbeRequest": {
       "fields": {}
      },
      "ProbeResponse": {
       "fields": {
        "ready": {
         "type": "google.protobuf.BoolValue",
         "id": 1
        }
       }
      },
      "CreateVolumeRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "capacityRange": {
         "type": "CapacityRange",
         "id": 2
        },
        "volumeCapabilities": {
         "rule": "repeated",
         "type": "VolumeCapability",
         "id": 3
        },
        "parameters": {
         "keyType": "string",
         "type": "string",
         "id": 4
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 5,
         "options": {
          "(csi_secret)": true
         }
        },
        "volumeContentSource": {
         "type": "VolumeContentSource",
         "id": 6
        },
        "accessibilityRequirements": {
         "type": "TopologyRequirement",
         "id": 7
        },
        "mutableParameters": {
         "keyType": "string",
         "type": "string",
         "id": 8
        }
       }
      },
      "VolumeContentSource": {
       "oneofs": {
        "type": {
         "oneof": [
          "snapshot",
          "volume"
         ]
        }
       },
       "fields": {
        "snapshot": {
         "type": "SnapshotSource",
         "id": 1
        },
        "volume": {
         "type": "VolumeSource",
         "id": 2
        }
       },
       "nested": {
        "SnapshotSource": {
         "fields": {
          "snapshotId": {
           "type": "string",
           "id": 1
          }
         }
        },
        "VolumeSource": {
         "fields": {
          "volumeId": {
           "type": "string",
           "id": 1
          }
         }
        }
       }
      },
      "CreateVolumeResponse": {
       "fields": {
        "volume": {
         "type": "Volume",
         "id": 1
        }
       }
      },
      "VolumeCapability": {
       "oneofs": {
        "accessType": {
         "oneof": [
          "block",
          "mount"
         ]
        }
       },
       "fields": {
        "block": {
         "type": "BlockVolume",
         "id": 1
        },
        "mount": {
         "type": "MountVolume",
         "id": 2
        },
        "accessMode": {
         "type": "AccessMode",
         "id": 3
        }
       },
       "nested": {
        "BlockVolume": {
         "fields": {}
        },
        "MountVolume": {
         "fields": {
          "fsType": {
           "type": "string",
           "id": 1
          },
          "mountFlags": {
           "rule": "repeated",
           "type": "string",
           "id": 2
          },
          "volumeMountGroup": {
           "type": "string",
           "id": 3
          }
         }
        },
        "AccessMode": {
         "fields": {
          "mode": {
           "type": "Mode",
           "id": 1
          }
         },
         "nested": {
          "Mode": {
           "valuesOptions": {
            "SINGLE_NODE_SINGLE_WRITER": {
             "(alpha_enum_value)": true
            },
            "SINGLE_NODE_MULTI_WRITER": {
             "(alpha_enum_value)": true
            }
           },
           "values": {
            "UNKNOWN": 0,
            "SINGLE_NODE_WRITER": 1,
            "SINGLE_NODE_READER_ONLY": 2,
            "MULTI_NODE_READER_ONLY": 3,
            "MULTI_NODE_SINGLE_WRITER": 4,
            "MULTI_NODE_MULTI_WRITER": 5,
            "SINGLE_NODE_SINGLE_WRITER": 6,
            "SINGLE_NODE_MULTI_WRITER": 7
           }
          }
         }
        }
       }
      },
      "CapacityRange": {
       "fields": {
        "requiredBytes": {
         "type": "int64",
         "id": 1
        },
        "limitBytes": {
         "type": "int64",
         "id": 2
        }
       }
      },
      "Volume": {
       "fields": {
        "capacityBytes": {
         "type": "int64",
         "id": 1
        },
        "volumeId": {
         "type": "string",
         "id": 2
        },
        "volumeContext": {
         "keyType": "string",
         "type": "string",
         "id": 3
        },
        "contentSource": {
         "type": "VolumeContentSource",
         "id": 4
        },
        "accessibleTopology": {
         "rule": "repeated",
         "type": "Topology",
         "id": 5
        }
       }
      },
      "TopologyRequirement": {
       "fields": {
        "requisite": {
         "rule": "repeated",
         "type": "Topology",
         "id": 1
        },
        "preferred": {
         "rule": "repeated",
         "type": "Topology",
         "id": 2
        }
       }
      },
      "Topology": {
       "fields": {
        "segments": {
         "keyType": "string",
         "type": "string",
         "id": 1
        }
       }
      },
      "DeleteVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 2,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "DeleteVolumeResponse": {
       "fields": {}
      },
      "ControllerPublishVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "nodeId": {
         "type": "string",
         "id": 2
        },
        "volumeCapability": {
         "type": "VolumeCapability",
         "id": 3
        },
        "readonly": {
         "type": "bool",
         "id": 4
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 5,
         "options": {
          "(csi_secret)": true
         }
        },
        "volumeContext": {
         "keyType": "string",
         "type": "string",
         "id": 6
        }
       }
      },
      "ControllerPublishVolumeResponse": {
       "fields": {
        "publishContext": {
         "keyType": "string",
         "type": "string",
         "id": 1
        }
       }
      },
      "ControllerUnpublishVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "nodeId": {
         "type": "string",
         "id": 2
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 3,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "ControllerUnpublishVolumeResponse": {
       "fields": {}
      },
      "ValidateVolumeCapabilitiesRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "volumeContext": {
         "keyType": "string",
         "type": "string",
         "id": 2
        },
        "volumeCapabilities": {
         "rule": "repeated",
         "type": "VolumeCapability",
         "id": 3
        },
        "parameters": {
         "keyType": "string",
         "type": "string",
         "id": 4
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 5,
         "options": {
          "(csi_secret)": true
         }
        },
        "mutableParameters": {
         "keyType": "string",
         "type": "string",
         "id": 6
        }
       }
      },
      "ValidateVolumeCapabilitiesResponse": {
       "fields": {
        "confirmed": {
         "type": "Confirmed",
         "id": 1
        },
        "message": {
         "type": "string",
         "id": 2
        }
       },
       "nested": {
        "Confirmed": {
         "fields": {
          "volumeContext": {
           "keyType": "string",
           "type": "string",
           "id": 1
          },
          "volumeCapabilities": {
           "rule": "repeated",
           "type": "VolumeCapability",
           "id": 2
          },
          "parameters": {
           "keyType": "string",
           "type": "string",
           "id": 3
          },
          "mutableParameters": {
           "keyType": "string",
           "type": "string",
           "id": 4
          }
         }
        }
       }
      },
      "ListVolumesRequest": {
       "fields": {
        "maxEntries": {
         "type": "int32",
         "id": 1
        },
        "startingToken": {
         "type": "string",
         "id": 2
        }
       }
      },
      "ListVolumesResponse": {
       "fields": {
        "entries": {
         "rule": "repeated",
         "type": "Entry",
         "id": 1
        },
        "nextToken": {
         "type": "string",
         "id": 2
        }
       },
       "nested": {
        "VolumeStatus": {
         "fields": {
          "publishedNodeIds": {
           "rule": "repeated",
           "type": "string",
           "id": 1
          }
         },
         "reserved": [
          [
           2,
           2
          ]
         ]
        },
        "Entry": {
         "fields": {
          "volume": {
           "type": "Volume",
           "id": 1
          },
          "status": {
           "type": "VolumeStatus",
           "id": 2
          }
         }
        }
       }
      },
      "ControllerListVolumeHealthRequest": {
       "fields": {
        "maxEntries": {
         "type": "int32",
         "id": 1
        },
        "startingToken": {
         "type": "string",
         "id": 2
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 3,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "ControllerListVolumeHealthResponse": {
       "fields": {
        "entries": {
         "rule": "repeated",
         "type": "VolumeHealth",
         "id": 1
        },
        "nextToken": {
         "type": "string",
         "id": 2
        }
       }
      },
      "VolumeHealthErrorType": {
       "values": {
        "UNKNOWN_VOLUME_HEALTH_TYPE": 0,
        "DEGRADED": 1,
        "INACCESSIBLE": 2,
        "DATA_LOSS": 3
       }
      },
      "VolumeHealth": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "healthStatuses": {
         "rule": "repeated",
         "type": "VolumeHealthEntry",
         "id": 2
        }
       },
       "nested": {
        "VolumeHealthEntry": {
         "fields": {
          "status": {
           "type": "VolumeHealthErrorType",
           "id": 1
          },
          "reason": {
           "type": "string",
           "id": 2
          },
          "message": {
           "type": "string",
           "id": 3
          }
         }
        }
       }
      },
      "ControllerGetVolumeHealthRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 2,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "ControllerGetVolumeHealthResponse": {
       "fields": {
        "volumeHealth": {
         "type": "VolumeHealth",
         "id": 1
        }
       }
      },
      "ControllerGetVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        }
       }
      },
      "ControllerGetVolumeResponse": {
       "fields": {
        "volume": {
         "type": "Volume",
         "id": 1
        },
        "status": {
         "type": "VolumeStatus",
         "id": 2
        }
       },
       "nested": {
        "VolumeStatus": {
         "fields": {
          "publishedNodeIds": {
           "rule": "repeated",
           "type": "string",
           "id": 1
          }
         },
         "reserved": [
          [
           2,
           2
          ]
         ]
        }
       }
      },
      "ControllerModifyVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 2,
         "options": {
          "(csi_secret)": true
         }
        },
        "mutableParameters": {
         "keyType": "string",
         "type": "string",
         "id": 3
        }
       }
      },
      "ControllerModifyVolumeResponse": {
       "fields": {}
      },
      "GetCapacityRequest": {
       "fields": {
        "volumeCapabilities": {
         "rule": "repeated",
         "type": "VolumeCapability",
         "id": 1
        },
        "parameters": {
         "keyType": "string",
         "type": "string",
         "id": 2
        },
        "accessibleTopology": {
         "type": "Topology",
         "id": 3
        }
       }
      },
      "GetCapacityResponse": {
       "fields": {
        "availableCapacity": {
         "type": "int64",
         "id": 1
        },
        "maximumVolumeSize": {
         "type": "google.protobuf.Int64Value",
         "id": 2
        },
        "minimumVolumeSize": {
         "type": "google.protobuf.Int64Value",
         "id": 3
        }
       }
      },
      "ControllerGetCapabilitiesRequest": {
       "fields": {}
      },
      "ControllerGetCapabilitiesResponse": {
       "fields": {
        "capabilities": {
         "rule": "repeated",
         "type": "ControllerServiceCapability",
         "id": 1
        }
       }
      },
      "ControllerServiceCapability": {
       "oneofs": {
        "type": {
         "oneof": [
          "rpc"
         ]
        }
       },
       "fields": {
        "rpc": {
         "type": "RPC",
         "id": 1
        }
       },
       "nested": {
        "RPC": {
         "fields": {
          "type": {
           "type": "Type",
           "id": 1
          }
         },
         "nested": {
          "Type": {
           "valuesOptions": {
            "GET_VOLUME": {
             "(alpha_enum_value)": true
            },
            "SINGLE_NODE_MULTI_WRITER": {
             "(alpha_enum_value)": true
            },
            "GET_SNAPSHOT": {
             "(alpha_enum_value)": true
            },
            "GET_VOLUME_HEALTH": {
             "(alpha_enum_value)": true
            },
            "LIST_VOLUME_HEALTH": {
             "(alpha_enum_value)": true
            }
           },
           "values": {
            "UNKNOWN": 0,
            "CREATE_DELETE_VOLUME": 1,
            "PUBLISH_UNPUBLISH_VOLUME": 2,
            "LIST_VOLUMES": 3,
            "GET_CAPACITY": 4,
            "CREATE_DELETE_SNAPSHOT": 5,
            "LIST_SNAPSHOTS": 6,
            "CLONE_VOLUME": 7,
            "PUBLISH_READONLY": 8,
            "EXPAND_VOLUME": 9,
            "LIST_VOLUMES_PUBLISHED_NODES": 10,
            "GET_VOLUME": 12,
            "SINGLE_NODE_MULTI_WRITER": 13,
            "MODIFY_VOLUME": 14,
            "GET_SNAPSHOT": 15,
            "GET_VOLUME_HEALTH": 16,
            "LIST_VOLUME_HEALTH": 17
           },
           "reserved": [
            [
             11,
             11
            ]
           ]
          }
         }
        }
       }
      },
      "CreateSnapshotRequest": {
       "fields": {
        "sourceVolumeId": {
         "type": "string",
         "id": 1
        },
        "name": {
         "type": "string",
         "id": 2
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 3,
         "options": {
          "(csi_secret)": true
         }
        },
        "parameters": {
         "keyType": "string",
         "type": "string",
         "id": 4
        },
        "accessibilityRequirements": {
         "type": "TopologyRequirement",
         "id": 5
        }
       }
      },
      "CreateSnapshotResponse": {
       "fields": {
        "snapshot": {
         "type": "Snapshot",
         "id": 1
        }
       }
      },
      "Snapshot": {
       "fields": {
        "sizeBytes": {
         "type": "int64",
         "id": 1
        },
        "snapshotId": {
         "type": "string",
         "id": 2
        },
        "sourceVolumeId": {
         "type": "string",
         "id": 3
        },
        "creationTime": {
         "type": "google.protobuf.Timestamp",
         "id": 4
        },
        "readyToUse": {
         "type": "bool",
         "id": 5
        },
        "groupSnapshotId": {
         "type": "string",
         "id": 6
        },
        "accessibleTopology": {
         "rule": "repeated",
         "type": "Topology",
         "id": 7
        }
       }
      },
      "DeleteSnapshotRequest": {
       "fields": {
        "snapshotId": {
         "type": "string",
         "id": 1
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 2,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "DeleteSnapshotResponse": {
       "fields": {}
      },
      "ListSnapshotsRequest": {
       "fields": {
        "maxEntries": {
         "type": "int32",
         "id": 1
        },
        "startingToken": {
         "type": "string",
         "id": 2
        },
        "sourceVolumeId": {
         "type": "string",
         "id": 3
        },
        "snapshotId": {
         "type": "string",
         "id": 4
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 5,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "ListSnapshotsResponse": {
       "fields": {
        "entries": {
         "rule": "repeated",
         "type": "Entry",
         "id": 1
        },
        "nextToken": {
         "type": "string",
         "id": 2
        }
       },
       "nested": {
        "Entry": {
         "fields": {
          "snapshot": {
           "type": "Snapshot",
           "id": 1
          }
         }
        }
       }
      },
      "GetSnapshotRequest": {
       "fields": {
        "snapshotId": {
         "type": "string",
         "id": 1
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 2,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "GetSnapshotResponse": {
       "fields": {
        "snapshot": {
         "type": "Snapshot",
         "id": 1
        }
       }
      },
      "ControllerExpandVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "capacityRange": {
         "type": "CapacityRange",
         "id": 2
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 3,
         "options": {
          "(csi_secret)": true
         }
        },
        "volumeCapability": {
         "type": "VolumeCapability",
         "id": 4
        }
       }
      },
      "ControllerExpandVolumeResponse": {
       "fields": {
        "capacityBytes": {
         "type": "int64",
         "id": 1
        },
        "nodeExpansionRequired": {
         "type": "bool",
         "id": 2
        }
       }
      },
      "NodeStageVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "publishContext": {
         "keyType": "string",
         "type": "string",
         "id": 2
        },
        "stagingTargetPath": {
         "type": "string",
         "id": 3
        },
        "volumeCapability": {
         "type": "VolumeCapability",
         "id": 4
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 5,
         "options": {
          "(csi_secret)": true
         }
        },
        "volumeContext": {
         "keyType": "string",
         "type": "string",
         "id": 6
        }
       }
      },
      "NodeStageVolumeResponse": {
       "fields": {}
      },
      "NodeUnstageVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "stagingTargetPath": {
         "type": "string",
         "id": 2
        }
       }
      },
      "NodeUnstageVolumeResponse": {
       "fields": {}
      },
      "NodePublishVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "publishContext": {
         "keyType": "string",
         "type": "string",
         "id": 2
        },
        "stagingTargetPath": {
         "type": "string",
         "id": 3
        },
        "targetPath": {
         "type": "string",
         "id": 4
        },
        "volumeCapability": {
         "type": "VolumeCapability",
         "id": 5
        },
        "readonly": {
         "type": "bool",
         "id": 6
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 7,
         "options": {
          "(csi_secret)": true
         }
        },
        "volumeContext": {
         "keyType": "string",
         "type": "string",
         "id": 8
        }
       }
      },
      "NodePublishVolumeResponse": {
       "fields": {}
      },
      "NodeUnpublishVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "targetPath": {
         "type": "string",
         "id": 2
        }
       }
      },
      "NodeUnpublishVolumeResponse": {
       "fields": {}
      },
      "NodeGetVolumeStatsRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "volumePath": {
         "type": "string",
         "id": 2
        },
        "stagingTargetPath": {
         "type": "string",
         "id": 3
        }
       }
      },
      "NodeGetVolumeStatsResponse": {
       "fields": {
        "usage": {
         "rule": "repeated",
         "type": "VolumeUsage",
         "id": 1
        }
       },
       "reserved": [
        [
         2,
         2
        ]
       ]
      },
      "VolumeUsage": {
       "fields": {
        "available": {
         "type": "int64",
         "id": 1
        },
        "total": {
         "type": "int64",
         "id": 2
        },
        "used": {
         "type": "int64",
         "id": 3
        },
        "unit": {
         "type": "Unit",
         "id": 4
        }
       },
       "nested": {
        "Unit": {
         "values": {
          "UNKNOWN": 0,
          "BYTES": 1,
          "INODES": 2
         }
        }
       }
      },
      "NodeGetVolumeHealthRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "volumePublishPath": {
         "type": "string",
         "id": 2
        },
        "stagingTargetPath": {
         "type": "string",
         "id": 3
        }
       }
      },
      "NodeGetVolumeHealthResponse": {
       "fields": {
        "volumeHealth": {
         "type": "VolumeHealth",
         "id": 1
        }
       }
      },
      "NodeGetStorageHealthRequest": {
       "fields": {
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 1,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "NodeGetStorageHealthResponse": {
       "fields": {
        "backendHealth": {
         "rule": "repeated",
         "type": "StorageBackendHealth",
         "id": 1
        }
       },
       "nested": {
        "StorageBackendHealth": {
         "fields": {
          "status": {
           "type": "StorageHealthErrorType",
           "id": 1
          },
          "reason": {
           "type": "string",
           "id": 2
          },
          "message": {
           "type": "string",
           "id": 3
          },
          "volumeCapability": {
           "type": "VolumeCapability",
           "id": 4
          }
         }
        }
       }
      },
      "StorageHealthErrorType": {
       "values": {
        "UNKNOWN_STORAGE_HEALTH_ERROR_TYPE": 0,
        "STORAGE_DEGRADED": 1,
        "STORAGE_UNREACHABLE": 2
       }
      },
      "NodeGetCapabilitiesRequest": {
       "fields": {}
      },
      "NodeGetCapabilitiesResponse": {
       "fields": {
        "capabilities": {
         "rule": "repeated",
         "type": "NodeServiceCapability",
         "id": 1
        }
       }
      },
      "NodeServiceCapability": {
       "oneofs": {
        "type": {
         "oneof": [
          "rpc"
         ]
        }
       },
       "fields": {
        "rpc": {
         "type": "RPC",
         "id": 1
        }
       },
       "nested": {
        "RPC": {
         "fields": {
          "type": {
           "type": "Type",
           "id": 1
          }
         },
         "nested": {
          "Type": {
           "valuesOptions": {
            "SINGLE_NODE_MULTI_WRITER": {
             "(alpha_enum_value)": true
            },
            "GET_VOLUME_HEALTH": {
             "(alpha_enum_value)": true
            },
            "GET_STORAGE_HEALTH": {
             "(alpha_enum_value)": true
            }
           },
           "values": {
            "UNKNOWN": 0,
            "STAGE_UNSTAGE_VOLUME": 1,
            "GET_VOLUME_STATS": 2,
            "EXPAND_VOLUME": 3,
            "SINGLE_NODE_MULTI_WRITER": 5,
            "VOLUME_MOUNT_GROUP": 6,
            "GET_VOLUME_HEALTH": 7,
            "GET_STORAGE_HEALTH": 8
           },
           "reserved": [
            [
             4,
             4
            ]
           ]
          }
         }
        }
       }
      },
      "NodeGetInfoRequest": {
       "fields": {}
      },
      "NodeGetInfoResponse": {
       "fields": {
        "nodeId": {
         "type": "string",
         "id": 1
        },
        "maxVolumesPerNode": {
         "type": "int64",
         "id": 2
        },
        "accessibleTopology": {
         "type": "Topology",
         "id": 3
        }
       }
      },
      "NodeExpandVolumeRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "volumePath": {
         "type": "string",
         "id": 2
        },
        "capacityRange": {
         "type": "CapacityRange",
         "id": 3
        },
        "stagingTargetPath": {
         "type": "string",
         "id": 4
        },
        "volumeCapability": {
         "type": "VolumeCapability",
         "id": 5
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 6,
         "options": {
          "(csi_secret)": true,
          "(alpha_field)": true
         }
        }
       }
      },
      "NodeExpandVolumeResponse": {
       "fields": {
        "capacityBytes": {
         "type": "int64",
         "id": 1
        }
       }
      },
      "GroupControllerGetCapabilitiesRequest": {
       "fields": {}
      },
      "GroupControllerGetCapabilitiesResponse": {
       "fields": {
        "capabilities": {
         "rule": "repeated",
         "type": "GroupControllerServiceCapability",
         "id": 1
        }
       }
      },
      "GroupControllerServiceCapability": {
       "oneofs": {
        "type": {
         "oneof": [
          "rpc"
         ]
        }
       },
       "fields": {
        "rpc": {
         "type": "RPC",
         "id": 1
        }
       },
       "nested": {
        "RPC": {
         "fields": {
          "type": {
           "type": "Type",
           "id": 1
          }
         },
         "nested": {
          "Type": {
           "values": {
            "UNKNOWN": 0,
            "CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT": 1
           }
          }
         }
        }
       }
      },
      "CreateVolumeGroupSnapshotRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "sourceVolumeIds": {
         "rule": "repeated",
         "type": "string",
         "id": 2
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 3,
         "options": {
          "(csi_secret)": true
         }
        },
        "parameters": {
         "keyType": "string",
         "type": "string",
         "id": 4
        }
       }
      },
      "CreateVolumeGroupSnapshotResponse": {
       "fields": {
        "groupSnapshot": {
         "type": "VolumeGroupSnapshot",
         "id": 1
        }
       }
      },
      "VolumeGroupSnapshot": {
       "fields": {
        "groupSnapshotId": {
         "type": "string",
         "id": 1
        },
        "snapshots": {
         "rule": "repeated",
         "type": "Snapshot",
         "id": 2
        },
        "creationTime": {
         "type": "google.protobuf.Timestamp",
         "id": 3
        },
        "readyToUse": {
         "type": "bool",
         "id": 4
        }
       }
      },
      "DeleteVolumeGroupSnapshotRequest": {
       "fields": {
        "groupSnapshotId": {
         "type": "string",
         "id": 1
        },
        "snapshotIds": {
         "rule": "repeated",
         "type": "string",
         "id": 2
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 3,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "DeleteVolumeGroupSnapshotResponse": {
       "fields": {}
      },
      "GetVolumeGroupSnapshotRequest": {
       "fields": {
        "groupSnapshotId": {
         "type": "string",
         "id": 1
        },
        "snapshotIds": {
         "rule": "repeated",
         "type": "string",
         "id": 2
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 3,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "GetVolumeGroupSnapshotResponse": {
       "fields": {
        "groupSnapshot": {
         "type": "VolumeGroupSnapshot",
         "id": 1
        }
       }
      },
      "BlockMetadata": {
       "fields": {
        "byteOffset": {
         "type": "int64",
         "id": 1
        },
        "sizeBytes": {
         "type": "int64",
         "id": 2
        }
       }
      },
      "BlockMetadataType": {
       "values": {
        "UNKNOWN": 0,
        "FIXED_LENGTH": 1,
        "VARIABLE_LENGTH": 2
       }
      },
      "GetMetadataAllocatedRequest": {
       "fields": {
        "snapshotId": {
         "type": "string",
         "id": 1
        },
        "startingOffset": {
         "type": "int64",
         "id": 2
        },
        "maxResults": {
         "type": "int32",
         "id": 3
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 4,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "GetMetadataAllocatedResponse": {
       "fields": {
        "blockMetadataType": {
         "type": "BlockMetadataType",
         "id": 1
        },
        "volumeCapacityBytes": {
         "type": "int64",
         "id": 2
        },
        "blockMetadata": {
         "rule": "repeated",
         "type": "BlockMetadata",
         "id": 3
        }
       }
      },
      "GetMetadataDeltaRequest": {
       "fields": {
        "baseSnapshotId": {
         "type": "string",
         "id": 1
        },
        "targetSnapshotId": {
         "type": "string",
         "id": 2
        },
        "startingOffset": {
         "type": "int64",
         "id": 3
        },
        "maxResults": {
         "type": "int32",
         "id": 4
        },
        "secrets": {
         "keyType": "string",
         "type": "string",
         "id": 5,
         "options": {
          "(csi_secret)": true
         }
        }
       }
      },
      "GetMetadataDeltaResponse": {
       "fields": {
        "blockMetadataType": {
         "type": "BlockMetadataType",
         "id": 1
        },
        "volumeCapacityBytes": {
         "type": "int64",
         "id": 2
        },
        "blockMetadata": {
         "rule": "repeated",
         "type": "BlockMetadata",
         "id": 3
        }
       }
      }
     }
    }
   }
  },
  "google": {
   "nested": {
    "protobuf": {
     "nested": {
      "Timestamp": {
       "fields": {
        "seconds": {
         "type": "int64",
         "id": 1
        },
        "nanos": {
         "type": "int32",
         "id": 2
        }
       }
      },
      "Int64Value": {
       "fields": {
        "value": {
         "type": "int64",
         "id": 1
        }
       }
      },
      "BoolValue": {
       "fields": {
        "value": {
         "type": "bool",
         "id": 1
        }
       }
      }
     }
    }
   }
  },
  "pluginregistration": {
   "nested": {
    "Registration": {
     "methods": {
      "GetInfo": {
       "requestType": "InfoRequest",
       "responseType": "PluginInfo"
      },
      "NotifyRegistrationStatus": {
       "requestType": "RegistrationStatus",
       "responseType": "RegistrationStatusResponse"
      }
     }
    },
    "InfoRequest": {
     "fields": {}
    },
    "PluginInfo": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 2
      },
      "endpoint": {
       "type": "string",
       "id": 3
      },
      "supportedVersions": {
       "rule": "repeated",
       "type": "string",
       "id": 4
      }
     }
    },
    "RegistrationStatus": {
     "fields": {
      "pluginRegistered": {
       "type": "bool",
       "id": 1
      },
      "error": {
       "type": "string",
       "id": 2
      }
     }
    },
    "RegistrationStatusResponse": {
     "fields": {}
    }
   }
  },
  "tome": {
   "nested": {
    "v1": {
     "nested": {
      "Admin": {
       "methods": {
        "ListVolumes": {
         "requestType": "ListVolumesRequest",
         "responseType": "ListVolumesResponse"
        },
        "ListSnapshots": {
         "requestType": "ListSnapshotsRequest",
         "responseType": "ListSnapshotsResponse"
        },
        "ListGroups": {
         "requestType": "ListGroupsRequest",
         "responseType": "ListGroupsResponse"
        },
        "ListPools": {
         "requestType": "ListPoolsRequest",
         "responseType": "ListPoolsResponse"
        },
        "ModifySnapshot": {
         "requestType": "ModifySnapshotRequest",
         "responseType": "ModifySnapshotResponse"
        },
        "ListTemplates": {
         "requestType": "ListTemplatesRequest",
         "responseType": "ListTemplatesResponse"
        },
        "CreateTemplates": {
         "requestType": "CreateTemplatesRequest",
         "responseType": "CreateTemplatesResponse"
        },
        "DeleteTemplate": {
         "requestType": "DeleteTemplateRequest",
         "responseType": "DeleteTemplateResponse"
        },
        "SetQuota": {
         "requestType": "SetQuotaRequest",
         "responseType": "SetQuotaResponse"
        },
        "ListQuotas": {
         "requestType": "ListQuotasRequest",
         "responseType": "ListQuotasResponse"
        },
        "DeleteQuota": {
         "requestType": "DeleteQuotaRequest",
         "responseType": "DeleteQuotaResponse"
        }
       }
      },
      "ListVolumesRequest": {
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "pool": {
         "type": "string",
         "id": 2
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 3
        }
       }
      },
      "ListVolumesResponse": {
       "fields": {
        "volumes": {
         "rule": "repeated",
         "type": "VolumeInfo",
         "id": 1
        }
       }
      },
      "VolumeInfo": {
       "fields": {
        "id": {
         "type": "string",
         "id": 1
        },
        "name": {
         "type": "string",
         "id": 2
        },
        "state": {
         "type": "string",
         "id": 3
        },
        "sizeBytes": {
         "type": "int64",
         "id": 4
        },
        "usedBytes": {
         "type": "int64",
         "id": 5
        },
        "mode": {
         "type": "string",
         "id": 6
        },
        "message": {
         "type": "string",
         "id": 7
        },
        "attachedTo": {
         "rule": "repeated",
         "type": "Attachment",
         "id": 8
        },
        "pool": {
         "type": "string",
         "id": 9
        },
        "createdFrom": {
         "type": "ContentSource",
         "id": 10
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 11
        },
        "health": {
         "rule": "repeated",
         "type": "string",
         "id": 12
        },
        "exclusive": {
         "type": "bool",
         "id": 13
        },
        "provisioning": {
         "type": "string",
         "id": 14
        },
        "managed": {
         "type": "ManagedInfo",
         "id": 15
        },
        "shared": {
         "type": "bool",
         "id": 16
        },
        "usedUnknown": {
         "type": "bool",
         "id": 17
        },
        "deleteLock": {
         "type": "bool",
         "id": 18
        },
        "populatedFrom": {
         "type": "string",
         "id": 19
        },
        "ioLimits": {
         "keyType": "string",
         "type": "int64",
         "id": 20
        }
       }
      },
      "ManagedInfo": {
       "fields": {
        "hostPath": {
         "type": "string",
         "id": 1
        },
        "uid": {
         "type": "int64",
         "id": 2
        },
        "gid": {
         "type": "int64",
         "id": 3
        },
        "containerUid": {
         "type": "int64",
         "id": 4
        },
        "containerGid": {
         "type": "int64",
         "id": 5
        }
       }
      },
      "Attachment": {
       "fields": {
        "node": {
         "type": "string",
         "id": 1
        },
        "readOnly": {
         "type": "bool",
         "id": 2
        },
        "paths": {
         "rule": "repeated",
         "type": "string",
         "id": 3
        }
       }
      },
      "ContentSource": {
       "oneofs": {
        "source": {
         "oneof": [
          "volumeId",
          "snapshotId",
          "templateId"
         ]
        }
       },
       "fields": {
        "volumeId": {
         "type": "string",
         "id": 1
        },
        "snapshotId": {
         "type": "string",
         "id": 2
        },
        "templateId": {
         "type": "string",
         "id": 4
        },
        "name": {
         "type": "string",
         "id": 3
        }
       }
      },
      "ListSnapshotsRequest": {
       "fields": {
        "snapshotId": {
         "type": "string",
         "id": 1
        },
        "sourceVolumeId": {
         "type": "string",
         "id": 2
        },
        "pool": {
         "type": "string",
         "id": 3
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 4
        }
       }
      },
      "ListSnapshotsResponse": {
       "fields": {
        "snapshots": {
         "rule": "repeated",
         "type": "SnapshotInfo",
         "id": 1
        }
       }
      },
      "SnapshotInfo": {
       "fields": {
        "id": {
         "type": "string",
         "id": 1
        },
        "name": {
         "type": "string",
         "id": 2
        },
        "state": {
         "type": "string",
         "id": 3
        },
        "sizeBytes": {
         "type": "int64",
         "id": 4
        },
        "heldBytes": {
         "type": "int64",
         "id": 5
        },
        "sourceVolumeId": {
         "type": "string",
         "id": 6
        },
        "sourceVolumeName": {
         "type": "string",
         "id": 7
        },
        "creationTime": {
         "type": "string",
         "id": 8
        },
        "groupId": {
         "type": "string",
         "id": 9
        },
        "pool": {
         "type": "string",
         "id": 10
        },
        "mode": {
         "type": "string",
         "id": 11
        },
        "message": {
         "type": "string",
         "id": 12
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 13
        },
        "deleteLock": {
         "type": "bool",
         "id": 14
        }
       }
      },
      "ModifySnapshotRequest": {
       "fields": {
        "snapshotId": {
         "type": "string",
         "id": 1
        },
        "changes": {
         "keyType": "string",
         "type": "string",
         "id": 2
        }
       }
      },
      "ModifySnapshotResponse": {
       "fields": {}
      },
      "ListTemplatesRequest": {
       "fields": {
        "templateId": {
         "type": "string",
         "id": 1
        },
        "pool": {
         "type": "string",
         "id": 2
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 3
        }
       }
      },
      "ListTemplatesResponse": {
       "fields": {
        "templates": {
         "rule": "repeated",
         "type": "TemplateInfo",
         "id": 1
        }
       }
      },
      "TemplateInfo": {
       "fields": {
        "id": {
         "type": "string",
         "id": 1
        },
        "name": {
         "type": "string",
         "id": 2
        },
        "state": {
         "type": "string",
         "id": 3
        },
        "sizeBytes": {
         "type": "int64",
         "id": 4
        },
        "heldBytes": {
         "type": "int64",
         "id": 5
        },
        "createdFrom": {
         "type": "ContentSource",
         "id": 6
        },
        "converted": {
         "type": "bool",
         "id": 7
        },
        "creationTime": {
         "type": "string",
         "id": 8
        },
        "pool": {
         "type": "string",
         "id": 9
        },
        "mode": {
         "type": "string",
         "id": 10
        },
        "message": {
         "type": "string",
         "id": 11
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 12
        },
        "deleteLock": {
         "type": "bool",
         "id": 13
        },
        "clones": {
         "rule": "repeated",
         "type": "string",
         "id": 14
        }
       }
      },
      "CreateTemplatesRequest": {
       "fields": {
        "templates": {
         "rule": "repeated",
         "type": "TemplateWish",
         "id": 1
        },
        "convert": {
         "type": "bool",
         "id": 2
        },
        "marks": {
         "keyType": "string",
         "type": "string",
         "id": 3
        }
       }
      },
      "TemplateWish": {
       "oneofs": {
        "source": {
         "oneof": [
          "volumeId",
          "snapshotId"
         ]
        }
       },
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "volumeId": {
         "type": "string",
         "id": 2
        },
        "snapshotId": {
         "type": "string",
         "id": 3
        }
       }
      },
      "CreateTemplatesResponse": {
       "fields": {}
      },
      "DeleteTemplateRequest": {
       "fields": {
        "templateId": {
         "type": "string",
         "id": 1
        }
       }
      },
      "DeleteTemplateResponse": {
       "fields": {}
      },
      "ListGroupsRequest": {
       "fields": {
        "groupId": {
         "type": "string",
         "id": 1
        },
        "pool": {
         "type": "string",
         "id": 2
        }
       }
      },
      "ListGroupsResponse": {
       "fields": {
        "groups": {
         "rule": "repeated",
         "type": "GroupInfo",
         "id": 1
        }
       }
      },
      "GroupInfo": {
       "fields": {
        "id": {
         "type": "string",
         "id": 1
        },
        "name": {
         "type": "string",
         "id": 2
        },
        "state": {
         "type": "string",
         "id": 3
        },
        "creationTime": {
         "type": "string",
         "id": 4
        },
        "pool": {
         "type": "string",
         "id": 5
        },
        "message": {
         "type": "string",
         "id": 6
        },
        "members": {
         "rule": "repeated",
         "type": "GroupMember",
         "id": 7
        }
       }
      },
      "GroupMember": {
       "fields": {
        "snapshotId": {
         "type": "string",
         "id": 1
        },
        "sourceVolumeId": {
         "type": "string",
         "id": 2
        },
        "sourceVolumeName": {
         "type": "string",
         "id": 3
        },
        "sizeBytes": {
         "type": "int64",
         "id": 4
        },
        "heldBytes": {
         "type": "int64",
         "id": 5
        }
       }
      },
      "ListPoolsRequest": {
       "fields": {}
      },
      "ListPoolsResponse": {
       "fields": {
        "pools": {
         "rule": "repeated",
         "type": "PoolInfo",
         "id": 1
        }
       }
      },
      "PoolInfo": {
       "fields": {
        "id": {
         "type": "string",
         "id": 1
        },
        "name": {
         "type": "string",
         "id": 2
        },
        "path": {
         "type": "string",
         "id": 3
        },
        "node": {
         "type": "string",
         "id": 4
        },
        "state": {
         "type": "string",
         "id": 5
        },
        "capacityBytes": {
         "type": "int64",
         "id": 6
        },
        "promisedBytes": {
         "type": "int64",
         "id": 7
        },
        "usedBytes": {
         "type": "int64",
         "id": 8
        },
        "availableBytes": {
         "type": "int64",
         "id": 9
        },
        "volumes": {
         "type": "int64",
         "id": 10
        },
        "snapshots": {
         "type": "int64",
         "id": 11
        },
        "reflink": {
         "type": "bool",
         "id": 12
        },
        "conditions": {
         "rule": "repeated",
         "type": "string",
         "id": 13
        },
        "managed": {
         "type": "bool",
         "id": 14
        }
       }
      },
      "SetQuotaRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "namespace": {
         "type": "string",
         "id": 2
        },
        "storageClass": {
         "type": "string",
         "id": 3
        },
        "pool": {
         "type": "string",
         "id": 4
        },
        "volumes": {
         "type": "QuotaLimit",
         "id": 5
        },
        "bytes": {
         "type": "QuotaLimit",
         "id": 6
        },
        "snapshots": {
         "type": "QuotaLimit",
         "id": 7
        }
       }
      },
      "QuotaLimit": {
       "fields": {
        "most": {
         "type": "int64",
         "id": 1
        }
       }
      },
      "SetQuotaResponse": {
       "fields": {}
      },
      "ListQuotasRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        }
       }
      },
      "ListQuotasResponse": {
       "fields": {
        "quotas": {
         "rule": "repeated",
         "type": "QuotaInfo",
         "id": 1
        }
       }
      },
      "QuotaInfo": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "namespace": {
         "type": "string",
         "id": 2
        },
        "storageClass": {
         "type": "string",
         "id": 3
        },
        "pool": {
         "type": "string",
         "id": 4
        },
        "volumes": {
         "type": "QuotaUse",
         "id": 5
        },
        "bytes": {
         "type": "QuotaUse",
         "id": 6
        },
        "snapshots": {
         "type": "QuotaUse",
         "id": 7
        }
       }
      },
      "QuotaUse": {
       "fields": {
        "used": {
         "type": "int64",
         "id": 1
        },
        "limit": {
         "type": "QuotaLimit",
         "id": 2
        }
       }
      },
      "DeleteQuotaRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        }
       }
      },
      "DeleteQuotaResponse": {
       "fields": {}
      },
      "Schedules": {
       "methods": {
        "CreateSchedule": {
         "requestType": "CreateScheduleRequest",
         "responseType": "CreateScheduleResponse"
        },
        "ListSchedules": {
         "requestType": "ListSchedulesRequest",
         "responseType": "ListSchedulesResponse"
        },
        "SuspendSchedule": {
         "requestType": "SuspendScheduleRequest",
         "responseType": "SuspendScheduleResponse"
        },
        "RunSchedule": {
         "requestType": "RunScheduleRequest",
         "responseType": "RunScheduleResponse"
        },
        "DeleteSchedule": {
         "requestType": "DeleteScheduleRequest",
         "responseType": "DeleteScheduleResponse"
        }
       }
      },
      "CreateScheduleRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "schedule": {
         "type": "string",
         "id": 2
        },
        "timeZone": {
         "type": "string",
         "id": 3
        },
        "volumes": {
         "rule": "repeated",
         "type": "string",
         "id": 4
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 5
        },
        "keepCount": {
         "type": "int32",
         "id": 6
        },
        "keepFor": {
         "type": "string",
         "id": 7
        },
        "together": {
         "type": "bool",
         "id": 8
        }
       }
      },
      "CreateScheduleResponse": {
       "fields": {}
      },
      "ListSchedulesRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        }
       }
      },
      "ListSchedulesResponse": {
       "fields": {
        "schedules": {
         "rule": "repeated",
         "type": "ScheduleInfo",
         "id": 1
        }
       }
      },
      "ScheduleInfo": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "schedule": {
         "type": "string",
         "id": 2
        },
        "timeZone": {
         "type": "string",
         "id": 3
        },
        "volumes": {
         "rule": "repeated",
         "type": "string",
         "id": 4
        },
        "tags": {
         "keyType": "string",
         "type": "string",
         "id": 5
        },
        "keepCount": {
         "type": "int32",
         "id": 6
        },
        "keepFor": {
         "type": "string",
         "id": 7
        },
        "together": {
         "type": "bool",
         "id": 8
        },
        "suspended": {
         "type": "bool",
         "id": 9
        },
        "nextTime": {
         "type": "string",
         "id": 10
        },
        "lastTime": {
         "type": "string",
         "id": 11
        },
        "lastMade": {
         "type": "int32",
         "id": 12
        },
        "problems": {
         "rule": "repeated",
         "type": "string",
         "id": 13
        },
        "snapshots": {
         "rule": "repeated",
         "type": "string",
         "id": 14
        }
       }
      },
      "SuspendScheduleRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "suspend": {
         "type": "bool",
         "id": 2
        }
       }
      },
      "SuspendScheduleResponse": {
       "fields": {}
      },
      "RunScheduleRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        },
        "time": {
         "type": "string",
         "id": 2
        }
       }
      },
      "RunScheduleResponse": {
       "fields": {
        "made": {
         "type": "int32",
         "id": 1
        },
        "problems": {
         "rule": "repeated",
         "type": "string",
         "id": 2
        }
       }
      },
      "DeleteScheduleRequest": {
       "fields": {
        "name": {
         "type": "string",
         "id": 1
        }
       }
      },
      "DeleteScheduleResponse": {
       "fields": {}
      }
     }
    }
   }
  }
 }
}`);
