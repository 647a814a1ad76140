using System.Text.RegularExpressions;

using k8s;
using k8s.Models;

using Xunit;

namespace Recs.Tests.Helm;

/// <summary>
/// The chart's objects for some values, read strictly: a field that Kubernetes does not know is an error, as is a duplicate.
/// </summary>
sealed partial record Rendering(string Text, IReadOnlyList<object> Objects)
{
    /// <summary>What the Prometheus operator and cert-manager know; Kubernetes itself does not.</summary>
    static readonly Dictionary<string, Type> Foreign = new(StringComparer.Ordinal)
    {
        ["cert-manager.io/v1/Issuer"] = typeof(Dictionary<string, object>),
        ["cert-manager.io/v1/Certificate"] = typeof(Dictionary<string, object>),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(Dictionary<string, object>),
    };

    public V1StatefulSet Silos => One<V1StatefulSet>();

    /// <summary>Every pod that the chart makes, by what makes it.</summary>
    public IEnumerable<(string Of, V1PodSpec Spec, IDictionary<string, string> Labels)> Pods =>
    [
        .. Objects.OfType<V1StatefulSet>().Select(set => ("silo", set.Spec.Template.Spec, set.Spec.Template.Metadata.Labels)),
        .. Objects.OfType<V1CronJob>().Select(job => job.Spec.JobTemplate.Spec.Template)
            .Select(template => ("trainer", template.Spec, template.Metadata.Labels)),
        .. Objects.OfType<V1Pod>().Select(pod => ("test", pod.Spec, pod.Metadata.Labels)),
    ];

    public static async Task<Rendering> Of(string values)
    {
        var run = await HelmTool.TemplateAsync(values);
        Assert.True(run.ExitCode == 0, run.Error);
        return new Rendering(run.Output, KubernetesYaml.LoadAllFromString(run.Output, Foreign, strict: true));
    }

    public T One<T>() => Assert.Single(Objects.OfType<T>());

    public V1NetworkPolicy Policy(string of) =>
        Assert.Single(Objects.OfType<V1NetworkPolicy>(), policy => policy.Metadata.Name.EndsWith($"-{of}", StringComparison.Ordinal));

    /// <summary>The settings <c>Recs:...</c> of a pod with their values; null for one that a secret holds.</summary>
    public Dictionary<string, string?> Settings(string of)
    {
        var container = Assert.Single(Assert.Single(Pods, pod => pod.Of == of).Spec.Containers);
        Dictionary<string, string?> settings = new(StringComparer.Ordinal);
        foreach (var source in container.EnvFrom ?? [])
        {
            var map = Assert.Single(Objects.OfType<V1ConfigMap>(), map => map.Metadata.Name == source.ConfigMapRef.Name);
            foreach (var (key, value) in map.Data)
            {
                settings.Add(Path(key), value);
            }
        }

        foreach (var variable in container.Env ?? [])
        {
            if (variable.Name.StartsWith("Recs__", StringComparison.Ordinal))
            {
                settings.Add(Path(variable.Name), variable.Value);
            }
        }

        return settings;
    }

    /// <summary>Lines of config maps whose value YAML takes for something else than text; Kubernetes refuses those.</summary>
    public IEnumerable<string> UnquotedSettings() => UnquotedSetting().Matches(Text).Select(match => match.Value.Trim());

    static string Path(string variable) => variable.Replace("__", ":", StringComparison.Ordinal);

    [GeneratedRegex("^  Recs__[^:]+: (?!\").*$", RegexOptions.Multiline, 1000)]
    private static partial Regex UnquotedSetting();
}
