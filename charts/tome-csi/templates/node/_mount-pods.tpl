{{/* Whether any filesystem is mounted in pods of its own, as "true" or "". */}}
{{- define "tome.mountPods" -}}
{{- $found := "" -}}
{{- range .Values.filesystems }}{{ if .image }}{{ $found = "true" }}{{ end }}{{ end -}}
{{- $found -}}
{{- end }}
