{{/* Where the pods of a component run. (list $ component) */}}
{{- define "tome.scheduling" -}}
{{- $selector := dict "labelSelector" (dict "matchLabels" (include "tome.selector" . | fromYaml)) -}}
{{- with (index (index . 0).Values (index . 1)) -}}
terminationGracePeriodSeconds: {{ .terminationGracePeriodSeconds }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  {{- list (ternary . (merge (deepCopy .) $selector) (hasKey . "labelSelector")) | toYaml | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Probes and port of a container of the driver. (list $) */}}
{{- define "tome.http" -}}
ports:
  - name: http
    containerPort: {{ .Values.metrics.port }}
livenessProbe:
  httpGet: { path: /healthz, port: http }
  initialDelaySeconds: 10
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}

{{- define "tome.podEnvironment" -}}
- name: NODE_NAME
  valueFrom: { fieldRef: { fieldPath: spec.nodeName } }
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- name: POD_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
{{- end }}
