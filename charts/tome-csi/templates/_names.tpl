{{- define "tome.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "tome.fullname" -}}
{{- $name := include "tome.name" . -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What tells the pods of a component from others; it can never change in a release. (list $ component) */}}
{{- define "tome.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "tome.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* (list $ component) */}}
{{- define "tome.labels" -}}
{{- $root := index . 0 -}}
{{ include "tome.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Without the versions, so that only what matters to the pods replaces them. (list $ component) */}}
{{- define "tome.podLabels" -}}
{{ include "tome.selector" . }}
{{- with (index . 0).Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The name of a component's account. (list $ component) */}}
{{- define "tome.serviceAccountName" -}}
{{- $root := index . 0 -}}
{{- $account := (index $root.Values (index . 1)).serviceAccount -}}
{{- if $account.name }}{{ $account.name }}
{{- else if $account.create }}{{ include "tome.fullname" $root }}-{{ index . 1 }}
{{- else }}default
{{- end }}
{{- end }}
