{{- define "tome.node.config" -}}
{{- $everywhere := list -}}
{{- range .Values.pools -}}
{{- if not .nodeNames -}}
{{- if has .name $everywhere }}{{ fail (printf "pools: two entries named %s are for every node; give nodeNames to one" .name) }}{{ end -}}
{{- $everywhere = append $everywhere .name -}}
{{- end -}}
{{- end -}}
{{- $config := dict
  "driverName" .Values.driverName
  "kubeletDir" .Values.kubeletDir
  "stateDir" .Values.stateDir
  "pools" .Values.pools
  "maxVolumesPerNode" .Values.maxVolumesPerNode
  "httpPort" .Values.metrics.port
  "logLevel" .Values.logLevel
  "sweepIntervalSeconds" .Values.node.sweepIntervalSeconds
  "poolLockWaitSeconds" .Values.node.poolLockWaitSeconds
  "ephemeral" .Values.node.ephemeral
-}}
{{- if .Values.node.ioLimits }}{{ $_ := set $config "cgroupRoot" "/host/cgroup" }}{{ end -}}
{{- with .Values.managedRoots }}{{ $_ := set $config "managedRoots" . }}{{ end -}}
{{- with .Values.filesystems }}{{ $_ := set $config "filesystems" . }}{{ end -}}
{{- if include "tome.mountPods" . -}}
{{- $_ := set $config "mountPods" (dict
  "namespace" .Release.Namespace
  "labels" (include "tome.podLabels" (list . "mount") | fromYaml)
  "priorityClassName" .Values.mountPods.priorityClassName
  "imagePullSecrets" .Values.imagePullSecrets
  "resources" .Values.mountPods.resources
) -}}
{{- end -}}
{{- toPrettyJson $config }}
{{- end }}
