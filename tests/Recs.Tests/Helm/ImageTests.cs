using System.Text.RegularExpressions;

using Xunit;

using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Recs.Tests.Helm;

/// <summary>The Dockerfiles and the compose file against the repository they build from.</summary>
public sealed partial class ImageTests
{
    [Theory]
    [InlineData("Recs.Silo", "aspnet")]
    [InlineData("Recs.Trainer", "runtime")]
    public void An_image_restores_every_project_that_it_builds_and_runs_without_shell_or_root(string name, string runtime)
    {
        var lines = Repository.Read($"silos/{name}/Dockerfile").Split('\n');
        var projects = Projects($"silos/{name}/{name}.csproj").ToHashSet(StringComparer.Ordinal);
        Assert.Equal(
            projects.Order(StringComparer.Ordinal).Select(project => $"COPY {project} {Path.GetDirectoryName(project)}/"),
            lines.Where(line => line.Contains(".csproj ", StringComparison.Ordinal) && line.StartsWith("COPY", StringComparison.Ordinal)));
        Assert.All(projects, project => Assert.Contains(lines, line =>
            line.Split(' ') is ["COPY", var folder, _] && project.StartsWith($"{folder}/", StringComparison.Ordinal)));

        Assert.Equal($"FROM mcr.microsoft.com/dotnet/{runtime}:10.0-noble-chiseled", lines.Last(line => line.StartsWith("FROM", StringComparison.Ordinal)));
        Assert.Contains("USER $APP_UID", lines);
        Assert.Contains($"ENTRYPOINT [\"dotnet\", \"{name}.dll\"]", lines);
    }

    [Fact]
    public void What_the_images_copy_is_sent_to_the_builder()
    {
        var sent = Repository.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var copied = new[] { "Recs.Silo", "Recs.Trainer" }
            .SelectMany(name => Repository.Read($"silos/{name}/Dockerfile").Split('\n'))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]);
        Assert.All(copied, path =>
        {
            Assert.True(Path.Exists(Repository.PathOf(path)), path);
            Assert.Contains(sent, folder => path == folder || path.StartsWith($"{folder}/", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Compose_starts_three_silos_with_keys_and_settings_that_they_know()
    {
        var yaml = new YamlStream();
        yaml.Load(new MergingParser(new Parser(new StringReader(Repository.Read("helm/compose.yaml")))));
        var services = (YamlMappingNode)yaml.Documents[0].RootNode["services"];
        var known = KnownSettings.Read();
        var silos = services.Children.Where(service => $"{service.Key}".StartsWith("silo", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, silos.Count);
        foreach (var (name, service) in silos.Append(services.Children.Single(service => $"{service.Key}" == "trainer")))
        {
            var environment = ((YamlMappingNode)service["environment"]).Children.ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}");
            Assert.All(
                environment.Keys.Where(key => key.StartsWith("Recs__", StringComparison.Ordinal)),
                key => Assert.True(known.Has(key.Replace("__", ":", StringComparison.Ordinal)), $"{name}: {key}"));
            Assert.True(File.Exists(Repository.PathOf($"{service["build"]["dockerfile"]}")));
            Assert.Equal("true", $"{service["read_only"]}");
        }

        Assert.All(silos, silo =>
        {
            Assert.StartsWith("${RECS_API_KEY:?", $"{silo.Value["environment"]["Recs__Auth__Keys__0__Key"]}", StringComparison.Ordinal);
            Assert.Equal("/certificates/tls.crt", $"{silo.Value["environment"]["Recs__Clustering__Tls__CertificatePath"]}");
            Assert.Equal("certificates:/certificates:ro", $"{silo.Value["volumes"][0]}");
            Assert.Equal("service_completed_successfully", $"{silo.Value["depends_on"]["certificates"]["condition"]}");
            Assert.StartsWith("127.0.0.1:", $"{silo.Value["ports"][0]}", StringComparison.Ordinal);
        });
    }

    /// <summary>A project and all that it references.</summary>
    static IEnumerable<string> Projects(string project) =>
        Reference().Matches(Repository.Read(project))
            .SelectMany(match => Projects(Path.GetRelativePath(
                Repository.PathOf("."), Repository.PathOf(Path.Combine(Path.GetDirectoryName(project)!, match.Groups["path"].Value)))))
            .Prepend(project);

    [GeneratedRegex("ProjectReference Include=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
