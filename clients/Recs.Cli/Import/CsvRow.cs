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

    /// <summary>A time in one of the forms of <see cref="TimeText"/>; null when there is none.</summary>
    /// <param name="column">Position of the column, or -1.</param>
    /// <param name="latest">The latest time that may stand here; null for any.</param>
    public DateTimeOffset? Time(int column, DateTimeOffset? latest = null)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        var time = TimeText.Read(text) ?? throw Fault(
            column, $"'{text}' is not a time such as 2026-11-01T12:00:00Z, 2026-11-01, 20261101, or seconds, milliseconds or microseconds since 1970");
        return time > latest
            ? throw Fault(column, string.Create(CultureInfo.InvariantCulture, $"'{text}' is {time:yyyy-MM-dd}, in the future"))
            : time;
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
