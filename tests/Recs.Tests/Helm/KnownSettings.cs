using System.Text.Json;
using System.Text.RegularExpressions;

namespace Recs.Tests.Helm;

/// <summary>What the silo's <c>appsettings.json</c> lists.</summary>
sealed partial class KnownSettings
{
    static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    readonly HashSet<string> _leaves = new(StringComparer.Ordinal);

    KnownSettings()
    {
        using var json = JsonDocument.Parse(Repository.Read("silos/Recs.Silo/appsettings.json"), WithComments);
        Add("Recs", json.RootElement.GetProperty("Recs"));
    }

    public static KnownSettings Read() => new();

    public bool Has(string setting) => _leaves.Contains(setting) || AuthKey().IsMatch(setting) || CustomReward().IsMatch(setting);

    /// <summary>Names of one section, such as <c>Bandit</c>.</summary>
    public IEnumerable<string> Of(string section) =>
        _leaves.Where(leaf => leaf.StartsWith($"Recs:{section}:", StringComparison.Ordinal)).Select(leaf => leaf.Split(':')[2]).Distinct();

    void Add(string path, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            _leaves.Add(path);
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            Add($"{path}:{property.Name}", property.Value);
        }
    }

    [GeneratedRegex("^Recs:Auth:Keys:[0-9]+:(Key|KeySha256|Name|Roles:[0-9]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AuthKey();

    [GeneratedRegex("^Recs:Rewards:custom:[^:]+:(Value|FullAt)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CustomReward();
}
