{{- define "recs.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Leaves room for suffixes: the name of a CronJob has at most 52 characters. */}}
{{- define "recs.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "recs.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "recs.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "recs.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "recs.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: needed when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "recs.clusterId" -}}
{{- default .Release.Name .Values.clustering.clusterId -}}
{{- end -}}

{{- define "recs.serviceId" -}}
{{- default .Release.Name .Values.clustering.serviceId -}}
{{- end -}}

{{- define "recs.isKubernetes" -}}
{{- if eq .Values.clustering.provider "kubernetes" }}true{{ end -}}
{{- end -}}

{{- define "recs.isTls" -}}
{{- if ne .Values.clustering.tls.source "none" }}true{{ end -}}
{{- end -}}

{{/* The secret with the certificate that silos show each other. */}}
{{- define "recs.tlsSecret" -}}
{{- if eq .Values.clustering.tls.source "secret" -}}
{{- .Values.clustering.tls.existingSecret -}}
{{- else -}}
{{- include "recs.fullname" . }}-silos
{{- end -}}
{{- end -}}

{{- define "recs.isKafka" -}}
{{- if eq .Values.eventLog.provider "kafka" }}true{{ end -}}
{{- end -}}

{{- define "recs.isSasl" -}}
{{- if and (include "recs.isKafka" .) (hasPrefix "Sasl" .Values.eventLog.kafka.securityProtocol) }}true{{ end -}}
{{- end -}}

{{/* Labels that never change: dict "root" $ "component" "silo". */}}
{{- define "recs.selectorLabels" -}}
app.kubernetes.io/name: {{ include "recs.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "recs.labels" -}}
{{ include "recs.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: recs
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* dict "root" $ "image" .Values.silo.image */}}
{{- define "recs.image" -}}
{{- printf "%s:%s" .image.repository (default .root.Chart.AppVersion .image.tag) -}}
{{- end -}}

{{- define "recs.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ .Values.securityContext.runAsUser }}
runAsGroup: {{ .Values.securityContext.runAsGroup }}
fsGroup: {{ .Values.securityContext.runAsGroup }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "recs.containerSecurityContext" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* A tree of settings as one line per leaf: dict "prefix" "Recs" "tree" .Values.settings. Numbers as JSON writes them, never 8e+06. */}}
{{- define "recs.settings" -}}
{{- $prefix := .prefix -}}
{{- range $key, $value := .tree }}
{{- $name := printf "%s__%s" $prefix $key }}
{{- if kindIs "map" $value }}
{{- include "recs.settings" (dict "prefix" $name "tree" $value) }}
{{- else if not (kindIs "invalid" $value) }}
{{ $name }}: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Where the state is: of silos and trainer. */}}
{{- define "recs.storeConfig" -}}
{{- $log := dict "Provider" .Values.eventLog.provider "Partitions" .Values.eventLog.partitions "RetentionDays" .Values.eventLog.retentionDays -}}
{{- if include "recs.isKafka" . -}}
{{- $kafka := .Values.eventLog.kafka -}}
{{- $client := dict "BootstrapServers" $kafka.bootstrapServers "Topic" $kafka.topic "SecurityProtocol" $kafka.securityProtocol -}}
{{- if include "recs.isSasl" . -}}
{{- $_ := set $client "SaslMechanism" $kafka.saslMechanism -}}
{{- $_ := set $client "SaslUsername" $kafka.saslUsername -}}
{{- end -}}
{{- $_ := set $log "Kafka" $client -}}
{{- end -}}
{{- $storage := dict "Provider" "postgres" "SnapshotSeconds" .Values.storage.snapshotSeconds -}}
{{- include "recs.settings" (dict "prefix" "Recs" "tree" (dict "Storage" $storage "EventLog" $log)) | trim -}}
{{- end -}}

{{/* What only silos read. */}}
{{- define "recs.siloConfig" -}}
{{- $clustering := dict
  "Provider" .Values.clustering.provider
  "ClusterId" (include "recs.clusterId" .)
  "ServiceId" (include "recs.serviceId" .)
  "SiloPort" .Values.clustering.siloPort -}}
{{- if include "recs.isTls" . -}}
{{- $_ := set $clustering "Tls" (dict "CertificatePath" "/certificates/tls.crt" "KeyPath" "/certificates/tls.key" "CaPath" "/certificates/ca.crt") -}}
{{- else -}}
{{- $_ := set $clustering "AllowPlaintext" true -}}
{{- end -}}
{{- $keys := dict -}}
{{- range $index, $key := .Values.auth.keys -}}
{{- $roles := dict -}}
{{- range $place, $role := $key.roles -}}
{{- $_ := set $roles (toString $place) $role -}}
{{- end -}}
{{- $_ := set $keys (toString $index) (dict "Name" $key.name "Roles" $roles) -}}
{{- end -}}
{{- $auth := dict "AllowAnonymous" .Values.auth.allowAnonymous "Keys" $keys -}}
{{- include "recs.settings" (dict "prefix" "Recs" "tree" (dict "Clustering" $clustering "Auth" $auth)) -}}
{{- include "recs.settings" (dict "prefix" "Recs" "tree" .Values.settings) -}}
{{- end -}}

{{/* The topic as the trainer's --log takes it; the password stays in the environment. */}}
{{- define "recs.logAddress" -}}
{{- $kafka := .Values.eventLog.kafka -}}
kafka://{{ $kafka.bootstrapServers }}/{{ $kafka.topic }}?security.protocol={{ snakecase $kafka.securityProtocol }}
{{- if include "recs.isSasl" . -}}
{{- $names := dict "Plain" "PLAIN" "ScramSha256" "SCRAM-SHA-256" "ScramSha512" "SCRAM-SHA-512" -}}
&sasl.mechanism={{ get $names $kafka.saslMechanism }}&sasl.username={{ urlquery $kafka.saslUsername }}
{{- end -}}
{{- end -}}

{{/* Secrets of silos and trainer. */}}
{{- define "recs.storeSecrets" -}}
- name: Recs__Storage__ConnectionString
  valueFrom:
    secretKeyRef:
      name: {{ .Values.storage.existingSecret }}
      key: {{ .Values.storage.secretKey }}
{{- if include "recs.isSasl" . }}
- name: Recs__EventLog__Kafka__SaslPassword
  valueFrom:
    secretKeyRef:
      name: {{ .Values.eventLog.kafka.existingSecret }}
      key: {{ .Values.eventLog.kafka.passwordKey }}
{{- end }}
{{- end -}}

{{/* A rule of egress: dict "to" peers "ports" numbers. */}}
{{- define "recs.egress" -}}
- ports:
  {{- range .ports }}
    - port: {{ . }}
      protocol: TCP
  {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Names, PostgreSQL and the brokers. */}}
{{- define "recs.storeEgress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{ include "recs.egress" (dict "to" .Values.networkPolicy.postgresTo "ports" .Values.networkPolicy.postgresPorts) }}
{{- if include "recs.isKafka" . }}
{{ include "recs.egress" (dict "to" .Values.networkPolicy.kafkaTo "ports" .Values.networkPolicy.kafkaPorts) }}
{{- end }}
{{- end -}}
