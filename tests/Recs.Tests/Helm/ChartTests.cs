using System.Text.Json;

using k8s.Models;

using Recs.Matching.Bandits;
using Recs.Storage.Kafka;
using Recs.Trainer;

using Xunit;

namespace Recs.Tests.Helm;

/// <summary>The chart as Helm renders it, object by object.</summary>
public sealed class ChartTests
{
    static readonly string[] Sections = ["Bandit", "Neural", "Rewards", "Feedback", "Limits", "Retraining"];

    public static TheoryData<string> EveryValues => [Values.Default, Values.Kafka, Values.Open, Values.Own];

    [Fact]
    public async Task Helm_finds_nothing_to_complain_about()
    {
        var run = await HelmTool.LintAsync();
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public void The_chart_knows_every_policy()
    {
        using var schema = JsonDocument.Parse(Repository.Read("helm/recs/values.schema.json"));
        var known = Objects(schema.RootElement).Where(entry => entry.Name == "Policy").SelectMany(entry =>
            entry.Value.GetProperty("enum").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(PolicyNames.All.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));

        static IEnumerable<JsonProperty> Objects(JsonElement element) => element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(entry => Objects(entry.Value).Prepend(entry))
            : [];
    }

    [Fact]
    public async Task What_is_optional_is_off()
    {
        var chart = await Rendering.Of(Values.Default);
        Assert.Equal(
            [
                "ConfigMap", "ConfigMap", "CronJob", "NetworkPolicy", "NetworkPolicy", "Pod", "PodDisruptionBudget", "Role",
                "RoleBinding", "Secret", "Service", "Service", "ServiceAccount", "StatefulSet",
            ],
            chart.Objects.Cast<k8s.IKubernetesObject>().Select(entry => entry.Kind).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("silo: { replicas: 0 }", "/silo/replicas")]
    [InlineData("silo: { replica: 3 }", "'replica' not allowed")]
    [InlineData("silo: { extraEnv: [{ name: Recs__Storage__ConnectionString, value: Host=db }] }", "missing property 'valueFrom'")]
    [InlineData("silo: { preStopSleepSeconds: 60 }", "silo.preStopSleepSeconds must be below")]
    [InlineData("storage: { connectionString: Host=db }", "'connectionString' not allowed")]
    [InlineData("storage: { existingSecret: '' }", "/storage/existingSecret")]
    [InlineData("eventLog: { provider: sqlite }", "/eventLog/provider")]
    [InlineData("eventLog: { partitions: 65 }", "/eventLog/partitions")]
    [InlineData("eventLog: { provider: kafka }", "/eventLog/kafka/bootstrapServers")]
    [InlineData("eventLog: { provider: kafka, kafka: { bootstrapServers: 'k:1', securityProtocol: SaslSsl } }", "/eventLog/kafka/existingSecret")]
    [InlineData("clustering: { provider: localhost }", "/clustering/provider")]
    [InlineData("clustering: { siloPort: 70000 }", "/clustering/siloPort")]
    [InlineData("clustering: { gatewayPort: 30000 }", "'gatewayPort' not allowed")]
    [InlineData("clustering: { tls: { source: off } }", "/clustering/tls/source")]
    [InlineData("clustering: { tls: { source: secret } }", "/clustering/tls/existingSecret")]
    [InlineData("auth: { keys: [] }", "/auth/allowAnonymous")]
    [InlineData("auth: { keys: [{ name: a, secretKey: a, roles: [root] }] }", "/auth/keys/0/roles/0")]
    [InlineData("settings: { Bandit: { TopKk: 3 } }", "'TopKk' not allowed")]
    [InlineData("settings: { Bandit: { Epsilon: 1.5 } }", "/settings/Bandit/Epsilon")]
    [InlineData("settings: { Auth: { Keys: [] } }", "'Auth' not allowed")]
    [InlineData("autoscaling: { enabled: true, minReplicas: 9, maxReplicas: 3 }", "autoscaling.minReplicas must be at most")]
    [InlineData("securityContext: { runAsUser: 0 }", "/securityContext/runAsUser")]
    [InlineData("serviceAccount: { create: false }", "serviceAccount.name")]
    public async Task Wrong_values_are_refused_by_name(string values, string said)
    {
        var run = await HelmTool.TemplateAsync(values);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task No_container_is_root_or_may_become_it_or_write_to_its_file_system(string values)
    {
        foreach (var (_, pod, _) in (await Rendering.Of(values)).Pods)
        {
            Assert.True(pod.SecurityContext is
            {
                RunAsNonRoot: true, RunAsUser: 64198, RunAsGroup: > 0, SeccompProfile.Type: "RuntimeDefault",
            });
            Assert.NotEqual(true, pod.HostNetwork);
            Assert.Null(pod.InitContainers);
            var container = Assert.Single(pod.Containers);
            Assert.True(container.SecurityContext is
            {
                ReadOnlyRootFilesystem: true, AllowPrivilegeEscalation: false, Privileged: false, RunAsUser: null,
            });
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Null(container.SecurityContext.Capabilities.Add);
            Assert.Contains("memory", container.Resources.Limits.Keys);
            Assert.Equal(["cpu", "memory"], container.Resources.Requests.Keys.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task Every_secret_is_by_reference(string values)
    {
        var chart = await Rendering.Of(values);
        Assert.DoesNotContain(chart.Objects.OfType<V1Secret>(), secret => secret.Type != "kubernetes.io/tls");
        foreach (var variable in chart.Pods.SelectMany(pod => pod.Spec.Containers[0].Env ?? []).Where(variable => IsSecret(variable.Name)))
        {
            Assert.Null(variable.Value);
            Assert.False(string.IsNullOrEmpty(variable.ValueFrom.SecretKeyRef.Name));
            Assert.False(string.IsNullOrEmpty(variable.ValueFrom.SecretKeyRef.Key));
        }

        Assert.DoesNotContain(chart.Objects.OfType<V1ConfigMap>().SelectMany(map => map.Data.Keys), IsSecret);
        Assert.Contains("Recs:Storage:ConnectionString", chart.Settings("silo").Keys);
        Assert.Contains("Recs:Storage:ConnectionString", chart.Settings("trainer").Keys);

        static bool IsSecret(string name) =>
            name.EndsWith("ConnectionString", StringComparison.Ordinal) || name.EndsWith("Password", StringComparison.Ordinal)
            || name.EndsWith("__Key", StringComparison.Ordinal) || name.EndsWith("__KeySha256", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task Every_setting_is_one_that_the_silo_knows(string values)
    {
        var known = KnownSettings.Read();
        var chart = await Rendering.Of(values);
        Assert.All(chart.Settings("silo").Keys.Concat(chart.Settings("trainer").Keys), setting => Assert.True(known.Has(setting), setting));
        Assert.Empty(chart.UnquotedSettings());
    }

    [Fact]
    public void The_schema_has_every_setting_that_is_passed_on_and_no_other()
    {
        using var schema = JsonDocument.Parse(Repository.Read("helm/recs/values.schema.json"));
        var settings = schema.RootElement.GetProperty("properties").GetProperty("settings").GetProperty("properties");
        var known = KnownSettings.Read();
        Assert.Equal(Sections, settings.EnumerateObject().Select(section => section.Name));
        foreach (var section in Sections)
        {
            Assert.Equal(
                known.Of(section).Order(StringComparer.Ordinal),
                settings.GetProperty(section).GetProperty("properties").EnumerateObject().Select(setting => setting.Name)
                    .Where(name => name != "custom").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Settings_arrive_as_they_were_written()
    {
        var settings = (await Rendering.Of(Values.Own)).Settings("silo");
        Assert.Equal("hier-ts", settings["Recs:Bandit:Policy"]);
        Assert.Equal("0.05", settings["Recs:Bandit:Epsilon"]);
        Assert.Equal("16777216", settings["Recs:Limits:BodyBytesMax"]);
        Assert.Equal("1099511627776", settings["Recs:Limits:BufferedBytesMax"]);
        Assert.Equal("true", settings["Recs:Feedback:ImplicitImpressions"]);
        Assert.Equal("100", settings["Recs:Rewards:custom:purchase:FullAt"]);
        Assert.Equal("jobs", settings["Recs:Auth:Keys:1:Name"]);
        Assert.Equal("admin", settings["Recs:Auth:Keys:1:Roles:1"]);
        Assert.Null(settings["Recs:Auth:Keys:1:KeySha256"]);
        Assert.Null(settings["Recs:Auth:Keys:0:Key"]);
        Assert.Equal("postgres", settings["Recs:Storage:Provider"]);
    }

    [Fact]
    public async Task With_kafka_silos_and_trainer_know_where_the_log_is()
    {
        var chart = await Rendering.Of(Values.Kafka);
        foreach (var of in new[] { "silo", "trainer" })
        {
            var settings = chart.Settings(of);
            Assert.Equal("kafka", settings["Recs:EventLog:Provider"]);
            Assert.Equal("shop.servicebus.windows.net:9093", settings["Recs:EventLog:Kafka:BootstrapServers"]);
            Assert.Equal("$ConnectionString", settings["Recs:EventLog:Kafka:SaslUsername"]);
            Assert.Null(settings["Recs:EventLog:Kafka:SaslPassword"]);
            Assert.Contains(chart.Policy(of).Spec.Egress, rule => rule.Ports.Any(port => port.Port.Value == "9093"));
        }

        var job = chart.One<V1CronJob>();
        var args = Assert.Single(job.Spec.JobTemplate.Spec.Template.Spec.Containers).Args;
        var log = KafkaAddress.Parse(args[args.IndexOf("--log") + 1]);
        Assert.Equal(("shop.servicebus.windows.net:9093", "recs-events"), (log.BootstrapServers, log.Topic));
        Assert.Equal(
            [("sasl.mechanism", "PLAIN"), ("sasl.username", "$ConnectionString"), ("security.protocol", "sasl_ssl")],
            log.ClientSettings.Select(setting => (setting.Key, setting.Value)).Order());

        var without = await Rendering.Of(Values.Default);
        Assert.DoesNotContain(without.Settings("silo").Keys, setting => setting.Contains("Kafka", StringComparison.Ordinal));
        Assert.DoesNotContain(without.Policy("silo").Spec.Egress, rule => rule.Ports.Any(port => port.Port.Value == "9093"));
    }

    [Fact]
    public async Task The_trainers_command_line_is_one_that_it_understands()
    {
        var job = (await Rendering.Of(Values.Own)).One<V1CronJob>();
        Assert.Equal("Forbid", job.Spec.ConcurrencyPolicy);
        var args = Assert.Single(job.Spec.JobTemplate.Spec.Template.Spec.Containers).Args;
        Assert.Equal(["retrain", "--storage", "$(Recs__Storage__ConnectionString)", "--promote", "--days", "30"], args);

        var folder = Directory.CreateTempSubdirectory("recs-chart-");
        try
        {
            using var error = new StringWriter();
            var context = TrainerContext.OfProcess() with { Output = TextWriter.Null, Error = error };
            _ = await TrainerTool.RunAsync(
                [.. args.Select(arg => arg.StartsWith('$') ? folder.FullName : arg)], context, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("--help", error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
