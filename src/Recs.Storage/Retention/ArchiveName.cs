using System.Globalization;
using System.Text.RegularExpressions;

namespace Recs.Storage.Retention;

/// <summary>Name of an archive file, as in <c>events-p003-000000001234-000000005678.log.gz</c>.</summary>
/// <param name="Partition">Partition of its rows.</param>
/// <param name="First">Offset of its first row.</param>
/// <param name="Last">Offset of its last row.</param>
public readonly partial record struct ArchiveName(int Partition, long First, long Last)
{
    /// <summary>Parses a file's name without its folder; null when it is not an archive's.</summary>
    public static ArchiveName? TryParse(string name) =>
        Form().Match(name) is { Success: true } match
            ? new ArchiveName(
                int.Parse(match.Groups["partition"].ValueSpan, CultureInfo.InvariantCulture),
                long.Parse(match.Groups["first"].ValueSpan, CultureInfo.InvariantCulture),
                long.Parse(match.Groups["last"].ValueSpan, CultureInfo.InvariantCulture))
            : null;

    /// <summary>The name.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"events-p{Partition:d3}-{First:d12}-{Last:d12}.log.gz");

    [GeneratedRegex(
        "^events-p(?<partition>[0-9]{3,4})-(?<first>[0-9]{12,18})-(?<last>[0-9]{12,18})\\.log\\.gz$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
