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

{{/* Settings that hold no secret, the same for every process. */}}
{{- define "redress.config" -}}
REDRESS_KAFKA__BOOTSTRAP: {{ .Values.kafka.bootstrap | quote }}
REDRESS_KAFKA__SECURITY_PROTOCOL: {{ .Values.kafka.securityProtocol }}
{{- if hasPrefix "SASL" .Values.kafka.securityProtocol }}
REDRESS_KAFKA__SASL_MECHANISM: {{ .Values.kafka.saslMechanism }}
{{- end }}
{{- if .Values.kafka.caSecret }}
REDRESS_KAFKA__CA_FILE: /etc/redress/kafka/ca.crt
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
{{- with .Values.config }}
{{ toYaml . }}
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
{{- define "redress.secretFile" -}}
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
