using System.Globalization;

namespace Recs.Cli.Import;

/// <summary>Reads a time as files have it: ISO 8601 with a date, in UTC where no offset is said; a date of eight digits; or a count since 1970.</summary>
static class TimeText
{
    // A count of one unit that lies between 1973 and 5138 lies outside of that in every other one.
    const long SecondsMax = 100_000_000_000;
    const int DateDigits = 8;
    const int YearDigits = 4;

    static readonly string[] Forms =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", "yyyy-MM-dd HH:mm:ss.FFFFFFF 'UTC'", "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "yyyyMMddTHHmmssK", "r",
    ];

    /// <summary>The time, in UTC; null when it is none: a clock time without a date, as one, has no place among others.</summary>
    public static DateTimeOffset? Read(string text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return !text.All(char.IsAsciiDigit) ? Count(number)
                : text.Length == DateDigits ? Date(text)
                : text.Length == YearDigits ? null
                : Count(number);
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, Utc, out var time) ? time : null;
    }

    static DateTimeOffset? Date(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : null;

    static DateTimeOffset? Count(decimal number)
    {
        var size = Math.Abs(number);
        var perSecond = size < SecondsMax ? 1L : size < SecondsMax * 1000m ? 1000L : size < SecondsMax * 1_000_000m ? 1_000_000L : 0;
        return perSecond == 0
            ? null
            : DateTimeOffset.UnixEpoch.AddTicks((long)(number * TimeSpan.TicksPerSecond / perSecond));
    }
}
