using System.Globalization;

using Recs.Cli.Output;

namespace Recs.Cli.Import;

/// <summary>One row of a CSV file, which knows where it stands.</summary>
/// <param name="File">How messages call the file.</param>
/// <param name="Line">Line of the row's first character, from 1.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Fields">The fields, as many as columns.</param>
sealed record CsvRow(string File, int Line, IReadOnlyList<string> Header, IReadOnlyList<string> Fields)
{
    /// <summary>The text of a column; null when there is no such column or nothing in it.</summary>
    /// <param name="column">Position of the column, or -1.</param>
    public string? Text(int column) => column >= 0 && Fields[column].Trim() is { Length: > 0 } text ? text : null;

    /// <summary>A text that must be there.</summary>
    public string Required(int column) => Text(column) ?? throw Fault(column, "nothing there");

    /// <summary>A finite number; null when there is none.</summary>
    public double? Number(int column) => Text(column) is not { } text
        ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Fault(column, $"'{text}' is not a number");

    /// <summary>A time, RFC 3339 or seconds since 1970; null when there is none.</summary>
    public DateTimeOffset? Time(int column)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        const long SecondsMax = 253_402_300_799;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= SecondsMax)
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time)
            ? time
            : throw Fault(column, $"'{text}' is not a time such as 2026-11-01T12:00:00Z");
    }

    /// <summary>A switch: true, false, 1 or 0; null when there is none.</summary>
    public bool? Flag(int column) => Text(column) switch
    {
        null => null,
        "1" => true,
        "0" => false,
        { } text => bool.TryParse(text, out var value) ? value : throw Fault(column, $"'{text}' is neither true nor false"),
    };

    /// <summary>The parts between <c>|</c>; null when there is none.</summary>
    public string[]? Parts(int column) =>
        Text(column)?.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is wrong, and where.</summary>
    public BadInputException Fault(int column, string what) => new($"{File}: line {Line}: column {Header[column]}: {what}");
}
