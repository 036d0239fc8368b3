{{/*
What the controller and each sidecar ask of the API server, from the calls in their sources. Secrets are not among it: the
driver takes none.
*/}}
{{- define "tome.controller.rules" -}}
# tome
- apiGroups: [tome.storage]
  resources: [volumes, snapshots, snapshotgroups]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [tome.storage]
  resources: [pools]
  verbs: [get, list, watch, patch]
- apiGroups: [tome.storage]
  resources: [quotas]
  verbs: [get, list, watch]
- apiGroups: [tome.storage]
  resources: [quotas/status]
  verbs: [patch]
- apiGroups: [tome.storage]
  resources: [snapshotschedules]
  verbs: [get, list, watch]
- apiGroups: [tome.storage]
  resources: [snapshotschedules/status]
  verbs: [patch]
- apiGroups: [tome.storage]
  resources: [volumetemplates]
  verbs: [get, list, watch, create, patch]
- apiGroups: [tome.storage]
  resources: [volumetemplategroups]
  verbs: [get, list, watch, patch]
- apiGroups: [tome.storage]
  resources: [volumetemplates/status, volumetemplategroups/status]
  verbs: [patch]
# tome, for VolumeTemplateGroups: which claims a pod has; those it reads as csi-provisioner does
- apiGroups: ['']
  resources: [pods]
  verbs: [get]
# tome, for claims that name a VolumeTemplate: a finalizer, and the chosen node; all else it reads as csi-provisioner does
- apiGroups: ['']
  resources: [persistentvolumeclaims]
  verbs: [patch]
# Every sidecar, and tome
- apiGroups: ['']
  resources: [events]
  verbs: [create, patch]
{{ include "tome.provisioner.rules" . }}
{{ include "tome.resizer.rules" . }}
{{- if include "tome.snapshots" . }}
{{ include "tome.snapshotter.rules" . }}
{{ include "tome.schedule.rules" . }}
{{- end }}
{{- if .Values.attach.enabled }}
{{ include "tome.attacher.rules" . }}
{{- end }}
{{- end }}

{{- define "tome.provisioner.rules" -}}
# csi-provisioner
- apiGroups: ['']
  resources: [persistentvolumes]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: ['']
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, update]
- apiGroups: ['']
  resources: [nodes]
  verbs: [get, list, watch]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses, csinodes, volumeattachments]
  verbs: [get, list, watch]
- apiGroups: [storage.k8s.io]
  resources: [volumeattributesclasses]
  verbs: [get]
{{- if include "tome.snapshots" . }}
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [get, list, watch, update]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotcontents]
  verbs: [get]
{{- end }}
{{- end }}

{{- define "tome.resizer.rules" -}}
# csi-resizer
- apiGroups: ['']
  resources: [persistentvolumes]
  verbs: [get, list, watch, patch]
- apiGroups: ['']
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch]
- apiGroups: ['']
  resources: [persistentvolumeclaims/status]
  verbs: [patch]
- apiGroups: [storage.k8s.io]
  resources: [volumeattributesclasses]
  verbs: [get, list, watch]
{{- end }}

{{- define "tome.snapshotter.rules" -}}
# csi-snapshotter
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotclasses]
  verbs: [get, list, watch]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotcontents]
  verbs: [get, list, watch, patch]
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshotcontents/status]
  verbs: [update, patch]
{{- if include "tome.groupSnapshots" . }}
- apiGroups: [groupsnapshot.storage.k8s.io]
  resources: [volumegroupsnapshotclasses]
  verbs: [get, list, watch]
- apiGroups: [groupsnapshot.storage.k8s.io]
  resources: [volumegroupsnapshotcontents]
  verbs: [get, list, watch, patch]
- apiGroups: [groupsnapshot.storage.k8s.io]
  resources: [volumegroupsnapshotcontents/status]
  verbs: [update, patch]
{{- end }}
{{- end }}

{{- define "tome.schedule.rules" -}}
# tome, for SnapshotSchedules: claims and contents it reads as the sidecars do
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [get, list, create, delete]
{{- if include "tome.groupSnapshots" . }}
- apiGroups: [groupsnapshot.storage.k8s.io]
  resources: [volumegroupsnapshots]
  verbs: [get, list, create, delete]
{{- end }}
{{- end }}

{{- define "tome.attacher.rules" -}}
# csi-attacher
- apiGroups: ['']
  resources: [persistentvolumes]
  verbs: [get, list, watch, patch]
- apiGroups: [storage.k8s.io]
  resources: [csinodes]
  verbs: [get, list, watch]
- apiGroups: [storage.k8s.io]
  resources: [volumeattachments]
  verbs: [get, list, watch, patch]
- apiGroups: [storage.k8s.io]
  resources: [volumeattachments/status]
  verbs: [patch]
{{- end }}
