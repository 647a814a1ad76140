namespace Recs.Tests.Helm;

/// <summary>Values of the chart that the tests render.</summary>
static class Values
{
    public const string Default = "";

    /// <summary>Event Hubs: Kafka's protocol with SASL.</summary>
    public const string Kafka = """
        eventLog:
          provider: kafka
          kafka:
            bootstrapServers: shop.servicebus.windows.net:9093
            securityProtocol: SaslSsl
            saslMechanism: Plain
            saslUsername: $ConnectionString
            existingSecret: shop-kafka
            passwordKey: connection-string
        """;

    /// <summary>The autoscaler, the world outside and the operator of metrics.</summary>
    public const string Open = """
        autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 40 }
        ingress:
          enabled: true
          className: nginx
          hosts: [{ host: recs.shop.example, paths: [{ path: /, pathType: Prefix }] }]
          tls: [{ secretName: shop-tls, hosts: [recs.shop.example] }]
        serviceMonitor: { enabled: true, labels: { release: prometheus } }
        clustering: { tls: { source: certManager } }
        networkPolicy: { httpFrom: [{ namespaceSelector: { matchLabels: { door: "yes" } } }] }
        """;

    /// <summary>Settings of every section, keys as hashes, other ports, no Kubernetes hosting, things of one's own.</summary>
    public const string Own = """
        fullnameOverride: feed
        imagePullSecrets: [{ name: registry }]
        silo:
          replicas: 5
          preStopSleepSeconds: 0
          podLabels: { team: feed }
          extraEnv: [{ name: Recs__Demo__Seed, value: "7" }]
          extraVolumes: [{ name: ca, secret: { secretName: ca } }]
          extraVolumeMounts: [{ name: ca, mountPath: /ca, readOnly: true }]
        clustering: { provider: postgres, clusterId: green, serviceId: feed, siloPort: 11222, tls: { source: secret, existingSecret: feed-silos } }
        storage: { existingSecret: feed-db, secretKey: url }
        auth:
          existingSecret: feed-keys
          keys:
            - { name: web, secretKey: web, roles: [serve] }
            - { name: jobs, secretKey: jobs, sha256: true, roles: [catalogue, admin] }
        settings:
          Bandit: { Policy: hier-ts, Epsilon: 0.05 }
          Rewards: { like: { Value: 0.5 }, custom: { purchase: { Value: 1, FullAt: 100 } } }
          Feedback: { ImplicitImpressions: true }
          Limits: { BodyBytesMax: 16777216, BufferedBytesMax: 1099511627776 }
          Retraining: { IntervalMinutes: 60 }
        podDisruptionBudget: { maxUnavailable: 25% }
        trainer: { extraArgs: ["--days", "30"] }
        """;
}
