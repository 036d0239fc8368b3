{{/*
Whether snapshots are on, as "true" or "": by the value, or by whether the cluster has the CRDs now.
(list $ value API-group/version)
*/}}
{{- define "tome.switchedOn" -}}
{{- $root := index . 0 -}}
{{- $value := index . 1 | toString -}}
{{- if eq $value "auto" }}{{ ternary "true" "" ($root.Capabilities.APIVersions.Has (index . 2)) }}
{{- else if eq $value "true" }}true
{{- end }}
{{- end }}

{{- define "tome.snapshots" -}}
{{- include "tome.switchedOn" (list . .Values.snapshots.enabled "snapshot.storage.k8s.io/v1") }}
{{- end }}

{{- define "tome.groupSnapshots" -}}
{{- if include "tome.snapshots" . }}
{{- include "tome.switchedOn" (list . .Values.snapshots.groups "groupsnapshot.storage.k8s.io/v1") }}
{{- end }}
{{- end }}
