{{- define "tome.node.config" -}}
{{- $everywhere := list -}}
{{- range .Values.pools -}}
{{- if not .nodeNames -}}
{{- if has .name $everywhere }}{{ fail (printf "pools: two entries named %s are for every node; give nodeNames to one" .name) }}{{ end -}}
{{- $everywhere = append $everywhere .name -}}
{{- end -}}
{{- end -}}
{{- dict
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
| toPrettyJson }}
{{- end }}
