{{/*
The node's directories that the container shares with it, as JSON: the state's, and what the pools need; none beneath another,
since a directory comes with all that is mounted beneath it. For a pool with a backing file that is the directory above the
pool's: a mount made in the container reaches the node, and can be taken off again, only from above.
*/}}
{{- define "tome.node.directories" -}}
{{- $wanted := list .Values.stateDir -}}
{{- range .Values.pools -}}
{{- if .backing -}}
{{- $wanted = concat $wanted (list (include "tome.node.above" (list .name .path)) (include "tome.node.above" (list .name .backing.file))) -}}
{{- else -}}
{{- $wanted = append $wanted .path -}}
{{- end -}}
{{- end -}}
{{- $kept := list -}}
{{- range $wanted | uniq | sortAlpha -}}
{{- $path := . -}}
{{- $covered := hasPrefix (printf "%s/" $.Values.kubeletDir) $path -}}
{{- range $kept }}{{ $covered = or $covered (hasPrefix (printf "%s/" .) $path) }}{{ end -}}
{{- if not $covered }}{{ $kept = append $kept $path }}{{ end -}}
{{- end -}}
{{- toJson $kept -}}
{{- end }}

{{/* The directory above a pool's path or file, unless that would put one of the node's own over the container's. */}}
{{- define "tome.node.above" -}}
{{- $directory := dir (index . 1) -}}
{{- if regexMatch "^/(|bin|boot|dev|etc|lib|lib64|opt|proc|root|run|sbin|sys|tmp|usr|usr/.*|var|var/lib)$" $directory -}}
{{- fail (printf "pool %s: %s needs a directory of its own, as in %s" (index . 0) (index . 1) (printf "%s/tome/%s" (trimSuffix "/" $directory) (base (index . 1)))) -}}
{{- end -}}
{{- $directory -}}
{{- end }}

{{/*
The managed roots as the container has them, as JSON: each at its own path, none beneath another. What the host mounts there
later must come along, and nothing of the container may reach them.
*/}}
{{- define "tome.node.managedRoots" -}}
{{- $own := concat (list .Values.kubeletDir) (include "tome.node.directories" . | fromJsonArray) -}}
{{- $paths := list -}}
{{- range .Values.managedRoots }}{{ $paths = append $paths .path }}{{ end -}}
{{- $kept := list -}}
{{- range $path := $paths | uniq | sortAlpha -}}
{{- if regexMatch "^/(bin|boot|dev|etc|lib|lib64|opt|proc|root|run|sbin|sys|tmp|usr)(/|$)|^/var(/lib)?$" $path -}}
{{- fail (printf "managedRoots: %s is the system's, or holds directories of it; give a directory of its own, such as /srv/data" $path) -}}
{{- end -}}
{{- range $own -}}
{{- if or (eq . $path) (hasPrefix (printf "%s/" .) $path) (hasPrefix (printf "%s/" $path) .) -}}
{{- fail (printf "managedRoots: %s and %s, which the driver or the kubelet keeps for itself, lie one beneath the other" $path .) -}}
{{- end -}}
{{- end -}}
{{- $covered := false -}}
{{- range $kept }}{{ $covered = or $covered (hasPrefix (printf "%s/" .) $path) }}{{ end -}}
{{- if not $covered }}{{ $kept = append $kept $path }}{{ end -}}
{{- end -}}
{{- toJson $kept -}}
{{- end }}
