{{- define "redress.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "redress.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "redress.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: redress
app.kubernetes.io/name: redress
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* What selects the pods of one service: (dict "root" $ "service" name) */}}
{{- define "redress.selector" -}}
app.kubernetes.io/name: redress
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end }}

{{/* What one service is configured with: the defaults, and what differs for it. */}}
{{- define "redress.service" -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values.services .service | default dict)) | toYaml -}}
{{- end }}

{{/* Settings that hold no secret, the same for every process: what values say, and `config`. */}}
{{- define "redress.config" -}}
{{ include "redress.said" . }}
{{- with .Values.config }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "redress.said" -}}
REDRESS_KAFKA__BOOTSTRAP: {{ .Values.kafka.bootstrap | quote }}
REDRESS_KAFKA__SECURITY_PROTOCOL: {{ .Values.kafka.securityProtocol }}
{{- if hasPrefix "SASL" .Values.kafka.securityProtocol }}
REDRESS_KAFKA__SASL_MECHANISM: {{ .Values.kafka.saslMechanism }}
{{- end }}
REDRESS_LANES: {{ .Values.lanes | quote }}
REDRESS_HTTP__HOST: 0.0.0.0
REDRESS_HTTP__PORT: {{ .Values.ports.http | quote }}
REDRESS_OPS__HOST: 0.0.0.0 # probes come from the node; the NetworkPolicy says who else
REDRESS_OPS__PORT: {{ .Values.ports.ops | quote }}
{{- if .Values.keys.sealNothing }}
REDRESS_KEYS__OFF: "true"
{{- else }}
REDRESS_KEYS__MASTER_FILE: /etc/redress/keys/master.key
{{- end }}
{{- if .Values.policies }}
REDRESS_POLICIES: /etc/redress/policies
{{- end }}
{{- if .Values.roster }}
REDRESS_ROSTER: /etc/redress/roster/roster.yaml
{{- end }}
{{- if .Values.bundleKeySecret }}
REDRESS_BUNDLE_KEY: /etc/redress/bundle/bundle.pem
{{- end }}
REDRESS_AUTH__MODE: {{ .Values.auth.mode | quote }}
{{- if eq .Values.auth.mode "jwt" }}
REDRESS_AUTH__ISSUER: {{ .Values.auth.issuer | quote }}
REDRESS_AUTH__AUDIENCE: {{ .Values.auth.audience | quote }}
{{- with .Values.auth.jwksUrl }}
REDRESS_AUTH__JWKS_URL: {{ . | quote }}
{{- end }}
{{- if .Values.auth.jwksConfigMap }}
REDRESS_AUTH__JWKS_FILE: /etc/redress/auth/jwks.json
{{- end }}
{{- with .Values.auth.algorithms }}
REDRESS_AUTH__ALGORITHMS: {{ . | toJson | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* What differs for the Kafka user of one workload, (dict "root" $ "own" its values): a password, or files. */}}
{{- define "redress.kafkaPassword" -}}
{{- with .root.Values.kafka }}{{ if and (hasPrefix "SASL" .securityProtocol) (ne .saslMechanism "OAUTHBEARER") }}yes{{ end }}{{ end -}}
{{- end }}

{{- define "redress.kafkaSecret" -}}
{{ .own.kafkaSecret | default .root.Values.kafka.existingSecret }}
{{- end }}

{{- define "redress.kafkaLogin" -}}
{{- if include "redress.kafkaPassword" . }}
{{- range $key := list "username" "password" }}
{{- $file := printf "kafka__%s" $key }}
{{- if $.own.userSecret }}
{{- include "redress.secretFile" (dict "secret" $.own.userSecret "key" $file "file" $file) }}
{{- else }}
{{- include "redress.secretFile" (dict "secret" (include "redress.kafkaSecret" $) "key" $key "file" $file) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "redress.kafkaFiles" -}}
{{- with .root.Values.kafka.caSecret }}
{{- include "redress.secretFile" (dict "secret" . "key" "ca.crt" "file" "ca.crt") }}
{{- end }}
{{- with .own.kafkaCertSecret | default .root.Values.kafka.certSecret }}
{{- include "redress.secretFile" (dict "secret" . "key" "tls.crt" "file" "tls.crt") }}
{{- include "redress.secretFile" (dict "secret" . "key" "tls.key" "file" "tls.key") }}
{{- end }}
{{- if and (hasPrefix "SASL" .root.Values.kafka.securityProtocol) (eq .root.Values.kafka.saslMechanism "OAUTHBEARER") }}
{{- include "redress.secretFile" (dict "secret" (include "redress.kafkaSecret" .) "key" "token" "file" "token") }}
{{- end }}
{{- end }}

{{/* Those files as settings. */}}
{{- define "redress.kafkaSettings" -}}
{{- $files := dict "ca.crt" "CA" "tls.crt" "CERT" "tls.key" "KEY" "token" "TOKEN" }}
{{- range include "redress.kafkaFiles" . | fromYamlArray }}
{{- $file := (first .secret.items).path }}
REDRESS_KAFKA__{{ index $files $file }}_FILE: /etc/redress/kafka/{{ $file }}
{{- end }}
{{- end }}

{{/* Where evidence files lie. */}}
{{- define "redress.files" -}}
REDRESS_FILES__URL: {{ .url | quote }}
{{- with .endpoint }}
REDRESS_FILES__ENDPOINT: {{ . | quote }}
{{- end }}
{{- with .region }}
REDRESS_FILES__REGION: {{ . | quote }}
{{- end }}
{{- end }}

{{/* A map of settings as a container's env. */}}
{{- define "redress.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* One key of one Secret as one file of a projected volume. */}}
{{- define "redress.secretFile" }}
- secret:
    name: {{ .secret }}
    items: [{key: {{ .key }}, path: {{ .file }}}]
{{- end }}

{{- define "redress.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "redress.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
