using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using k8s.Models;

using Xunit;

namespace Recs.Tests.Helm;

/// <summary>Objects of the chart that must fit each other.</summary>
public sealed class ChartObjectsTests
{
    const string Silo = "silo";

    public static TheoryData<string> EveryValues => ChartTests.EveryValues;

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task Probes_ask_for_health_at_the_http_port(string values)
    {
        var container = Assert.Single((await Rendering.Of(values)).Silos.Spec.Template.Spec.Containers);
        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.StartupProbe.HttpGet.Path);
        foreach (var probe in new[] { container.ReadinessProbe, container.LivenessProbe, container.StartupProbe })
        {
            Assert.Equal(8080, Assert.Single(container.Ports, port => port.Name == probe.HttpGet.Port.Value).ContainerPort);
        }

        Assert.Equal("http://+:8080", Assert.Single(container.Env, variable => variable.Name == "ASPNETCORE_URLS").Value);
        Assert.True(container.StartupProbe.PeriodSeconds * container.StartupProbe.FailureThreshold >= 600);
    }

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task Every_selector_of_silos_finds_silos_and_nothing_else(string values)
    {
        var chart = await Rendering.Of(values);
        IDictionary<string, string>[] selectors =
        [
            chart.Silos.Spec.Selector.MatchLabels,
            chart.One<V1PodDisruptionBudget>().Spec.Selector.MatchLabels,
            chart.Policy(Silo).Spec.PodSelector.MatchLabels,
            .. chart.Objects.OfType<V1Service>().Select(service => service.Spec.Selector),
            .. chart.Silos.Spec.Template.Spec.TopologySpreadConstraints.Select(spread => spread.LabelSelector.MatchLabels),
            .. chart.Policy(Silo).Spec.Ingress.SelectMany(rule => rule.FromProperty ?? [])
                .Select(peer => peer.PodSelector?.MatchLabels).OfType<IDictionary<string, string>>(),
        ];
        Assert.True(selectors.Length >= 8);
        Assert.All(selectors, selector => Assert.Equal([Silo], Found(chart, selector)));
        Assert.Equal(["trainer"], Found(chart, chart.Policy("trainer").Spec.PodSelector.MatchLabels));

        static IEnumerable<string> Found(Rendering chart, IDictionary<string, string> selector) => chart.Pods
            .Where(pod => selector.All(label => pod.Labels.TryGetValue(label.Key, out var value) && value == label.Value))
            .Select(pod => pod.Of);
    }

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task Services_lead_to_ports_that_silos_have(string values)
    {
        var chart = await Rendering.Of(values);
        var ports = Assert.Single(chart.Silos.Spec.Template.Spec.Containers).Ports;
        var services = chart.Objects.OfType<V1Service>().ToList();
        Assert.All(services.SelectMany(service => service.Spec.Ports), port => Assert.Contains(ports, of => of.Name == port.TargetPort.Value));

        var headless = Assert.Single(services, service => service.Spec.ClusterIP == "None");
        Assert.Equal(headless.Metadata.Name, chart.Silos.Spec.ServiceName);
        Assert.Equal(["silo"], headless.Spec.Ports.Select(port => port.Name));
        Assert.True(headless.Spec.PublishNotReadyAddresses);

        var settings = chart.Settings(Silo);
        var expected = Assert.Single(ports, port => port.Name == "silo").ContainerPort;
        Assert.Equal($"{expected}", settings["Recs:Clustering:SiloPort"]);
        Assert.Equal(expected, Assert.Single(headless.Spec.Ports).Port);
        Assert.DoesNotContain("Recs:Clustering:GatewayPort", settings.Keys);
    }

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task A_disruption_takes_one_silo_or_a_share_never_all(string values)
    {
        var chart = await Rendering.Of(values);
        var budget = chart.One<V1PodDisruptionBudget>().Spec;
        Assert.Equal(chart.Silos.Spec.Selector.MatchLabels, budget.Selector.MatchLabels);
        Assert.Null(budget.MinAvailable);
        Assert.Equal(values == Values.Own ? "25%" : "1", budget.MaxUnavailable.Value);
    }

    [Theory]
    [MemberData(nameof(EveryValues))]
    public async Task Orleans_finds_what_its_hosting_of_kubernetes_wants(string values)
    {
        var chart = await Rendering.Of(values);
        var template = chart.Silos.Spec.Template;
        var environment = Assert.Single(template.Spec.Containers).Env.Where(variable => variable.ValueFrom?.FieldRef is not null)
            .ToDictionary(variable => variable.Name, variable => variable.ValueFrom.FieldRef.FieldPath, StringComparer.Ordinal);
        Assert.Equal("metadata.name", environment["POD_NAME"]);
        Assert.Equal("metadata.namespace", environment["POD_NAMESPACE"]);
        Assert.Equal("status.podIP", environment["POD_IP"]);
        Assert.Equal("metadata.labels['orleans/serviceId']", environment["ORLEANS_SERVICE_ID"]);
        Assert.Equal("metadata.labels['orleans/clusterId']", environment["ORLEANS_CLUSTER_ID"]);

        var settings = chart.Settings(Silo);
        Assert.Equal(settings["Recs:Clustering:ServiceId"], template.Metadata.Labels["orleans/serviceId"]);
        Assert.Equal(settings["Recs:Clustering:ClusterId"], template.Metadata.Labels["orleans/clusterId"]);
        Assert.Equal("Parallel", chart.Silos.Spec.PodManagementPolicy);
        Assert.Equal(60, template.Spec.TerminationGracePeriodSeconds);
    }

    [Fact]
    public async Task Silos_may_watch_and_delete_pods_of_their_namespace_and_nothing_more()
    {
        var chart = await Rendering.Of(Values.Default);
        var rule = Assert.Single(chart.One<V1Role>().Rules);
        Assert.Equal(["pods"], rule.Resources);
        Assert.Equal(["get", "list", "watch", "delete", "patch"], rule.Verbs);

        var binding = chart.One<V1RoleBinding>();
        Assert.Equal((chart.One<V1Role>().Metadata.Name, "Role"), (binding.RoleRef.Name, binding.RoleRef.Kind));
        var subject = Assert.Single(binding.Subjects);
        Assert.Equal(("ServiceAccount", HelmTool.Namespace), (subject.Kind, subject.NamespaceProperty));
        Assert.Equal(chart.One<V1ServiceAccount>().Metadata.Name, subject.Name);
        Assert.Equal(subject.Name, chart.Silos.Spec.Template.Spec.ServiceAccountName);
        Assert.All(chart.Pods, pod => Assert.Equal(pod.Of == Silo, pod.Spec.AutomountServiceAccountToken));

        var without = await Rendering.Of(Values.Own);
        Assert.Empty(without.Objects.OfType<V1Role>());
        Assert.All(without.Pods, pod => Assert.False(pod.Spec.AutomountServiceAccountToken));
    }

    [Fact]
    public async Task Only_silos_reach_the_ports_of_silos()
    {
        var ingress = (await Rendering.Of(Values.Default)).Policy(Silo).Spec.Ingress;
        Assert.Null(Assert.Single(ingress, rule => rule.Ports[0].Port.Value == "http").FromProperty);
        var between = Assert.Single(ingress, rule => rule.Ports.Select(port => port.Port.Value).SequenceEqual(["silo"]));
        var peer = Assert.Single(between.FromProperty);
        Assert.Null(peer.NamespaceSelector);
        Assert.NotEmpty(peer.PodSelector.MatchLabels);

        var narrowed = (await Rendering.Of(Values.Open)).Policy(Silo).Spec.Ingress[0].FromProperty;
        Assert.Equal("yes", Assert.Single(narrowed).NamespaceSelector.MatchLabels["door"]);
    }

    [Fact]
    public async Task Silos_and_trainer_reach_what_they_need_and_nobody_reaches_the_trainer()
    {
        var chart = await Rendering.Of(Values.Default);
        Assert.Equal(["11111", "53", "53", "5432", "443", "6443"], Ports(chart.Policy(Silo)));
        Assert.Equal(["53", "53", "5432"], Ports(chart.Policy("trainer")));
        Assert.Empty(chart.Policy("trainer").Spec.Ingress);
        Assert.All(chart.Objects.OfType<V1NetworkPolicy>(), policy => Assert.Equal(["Ingress", "Egress"], policy.Spec.PolicyTypes));

        static IEnumerable<string> Ports(V1NetworkPolicy policy) =>
            policy.Spec.Egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value);
    }

    [Fact]
    public async Task The_autoscaler_and_not_the_chart_says_how_many_silos_there_are()
    {
        var chart = await Rendering.Of(Values.Open);
        var scaler = chart.One<V2HorizontalPodAutoscaler>().Spec;
        Assert.Equal(("StatefulSet", chart.Silos.Metadata.Name), (scaler.ScaleTargetRef.Kind, scaler.ScaleTargetRef.Name));
        Assert.Equal((2, 40), (scaler.MinReplicas, scaler.MaxReplicas));
        Assert.Equal("cpu", Assert.Single(scaler.Metrics).Resource.Name);
        Assert.Null(chart.Silos.Spec.Replicas);
        Assert.Equal(3, (await Rendering.Of(Values.Default)).Silos.Spec.Replicas);
    }

    [Fact]
    public async Task Ingress_test_and_monitor_lead_to_the_http_service()
    {
        var chart = await Rendering.Of(Values.Open);
        var http = Assert.Single(chart.Objects.OfType<V1Service>(), service => service.Spec.ClusterIP != "None");
        var backend = Assert.Single(Assert.Single(chart.One<V1Ingress>().Spec.Rules).Http.Paths).Backend.Service;
        Assert.Equal(http.Metadata.Name, backend.Name);
        Assert.Contains(http.Spec.Ports, port => port.Name == backend.Port.Name);

        var test = chart.One<V1Pod>();
        Assert.Equal("test", test.Metadata.Annotations["helm.sh/hook"]);
        Assert.Equal($"http://{http.Metadata.Name}:{http.Spec.Ports[0].Port}/health/ready", test.Spec.Containers[0].Args[^1]);

        Assert.Contains("path: /metrics", chart.Text, StringComparison.Ordinal);
        Assert.Single(chart.Objects.OfType<Dictionary<string, object>>(), foreign => $"{foreign["kind"]}" == "ServiceMonitor");
    }

    [Theory]
    [InlineData(Values.Default, "shop-recs-silos")]
    [InlineData(Values.Open, "shop-recs-silos")]
    [InlineData(Values.Own, "feed-silos")]
    public async Task Silos_show_each_other_certificates_out_of_a_secret(string values, string secret)
    {
        var chart = await Rendering.Of(values);
        var settings = chart.Settings(Silo);
        Assert.DoesNotContain("Recs:Clustering:AllowPlaintext", settings.Keys);
        var pod = chart.Silos.Spec.Template.Spec;
        var mount = Assert.Single(pod.Containers[0].VolumeMounts, mount => mount.Name == "certificates");
        Assert.True(mount.ReadOnlyProperty);
        foreach (var (setting, entry) in new[] { ("CertificatePath", "tls.crt"), ("KeyPath", "tls.key"), ("CaPath", "ca.crt") })
        {
            Assert.Equal($"{mount.MountPath}/{entry}", settings[$"Recs:Clustering:Tls:{setting}"]);
        }

        Assert.Equal(secret, Assert.Single(pod.Volumes, volume => volume.Name == "certificates").Secret.SecretName);
        Assert.Equal(4 * (values == Values.Open ? 1 : 0), chart.Objects.OfType<Dictionary<string, object>>().Count(
            foreign => $"{foreign["apiVersion"]}" == "cert-manager.io/v1"));
    }

    [Fact]
    public async Task The_generated_certificate_is_one_that_silos_let_in()
    {
        var secret = (await Rendering.Of(Values.Default)).One<V1Secret>();
        Assert.Equal("keep", secret.Metadata.Annotations["helm.sh/resource-policy"]);
        var pem = secret.Data.ToDictionary(entry => entry.Key, entry => System.Text.Encoding.UTF8.GetString(entry.Value), StringComparer.Ordinal);
        using var own = X509Certificate2.CreateFromPem(pem["tls.crt"], pem["tls.key"]);
        using var authority = X509Certificate2.CreateFromPem(pem["ca.crt"]);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        _ = chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        _ = chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        Assert.True(own.HasPrivateKey && chain.Build(own));
    }

    [Fact]
    public async Task In_the_clear_is_said_aloud()
    {
        var chart = await Rendering.Of("clustering: { tls: { source: none } }");
        Assert.Equal("true", chart.Settings(Silo)["Recs:Clustering:AllowPlaintext"]);
        Assert.Empty(chart.Objects.OfType<V1Secret>());
        Assert.DoesNotContain(chart.Silos.Spec.Template.Spec.Volumes, volume => volume.Name == "certificates");
    }
}
